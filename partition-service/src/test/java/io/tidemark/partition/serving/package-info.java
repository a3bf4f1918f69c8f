@NullMarked
package io.tidemark.partition.serving;

import org.jspecify.annotations.NullMarked;
