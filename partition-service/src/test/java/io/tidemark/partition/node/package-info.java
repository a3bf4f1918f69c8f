@NullMarked
package io.tidemark.partition.node;

import org.jspecify.annotations.NullMarked;
