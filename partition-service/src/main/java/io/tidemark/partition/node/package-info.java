/** A whole node: runtime, handlers and listener, put together without Spring. */
@NullMarked
package io.tidemark.partition.node;

import org.jspecify.annotations.NullMarked;
