@NullMarked
package io.tidemark.partition.replica;

import org.jspecify.annotations.NullMarked;
