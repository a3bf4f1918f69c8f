/**
 * A partition, and what it needs to serve: appends, fetches, followers and its own leader.
 * Everything here belongs to the partition's event loop, unless it says otherwise ({@link
 * io.tidemark.partition.serving.Partition} has the way of what comes in).
 */
@NullMarked
package io.tidemark.partition.serving;

import org.jspecify.annotations.NullMarked;
