/**
 * One partition's log: segments, indexes, leader epochs, producer state, recovery, retention. Pure:
 * its disk and clock are arguments; it has no thread, and belongs to whichever thread calls it (one
 * at a time).
 */
@NullMarked
@Pure
package io.tidemark.partition.log;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
