@NullMarked
package io.tidemark.partition.placement;

import org.jspecify.annotations.NullMarked;
