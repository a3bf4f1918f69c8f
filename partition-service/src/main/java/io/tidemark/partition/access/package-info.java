/** Where every request asks whether it may. */
@NullMarked
package io.tidemark.partition.access;

import org.jspecify.annotations.NullMarked;
