/**
 * Hands records out: Fetch with its sessions and waiting, ListOffsets, OffsetForLeaderEpoch. Runs
 * on event loops.
 */
@NullMarked
package io.tidemark.partition.fetch;

import org.jspecify.annotations.NullMarked;
