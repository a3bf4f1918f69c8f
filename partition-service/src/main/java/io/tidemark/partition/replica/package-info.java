/**
 * What one replica of a partition decides: whether it leads or follows, in which epoch, who is in
 * sync, and how far the high watermark has come. Pure: no thread, clock or disk; owned by the
 * partition's event loop.
 */
@NullMarked
@Pure
package io.tidemark.partition.replica;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
