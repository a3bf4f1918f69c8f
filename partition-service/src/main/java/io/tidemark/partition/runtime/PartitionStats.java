package io.tidemark.partition.runtime;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.replica.Replica;

/**
 * What other threads may know of a partition, as of its last housekeeping.
 *
 * @param sizeBytes of all segments
 * @param corrupt whether damage was found in it
 * @param leading whether this node leads it
 */
public record PartitionStats(
        long sizeBytes,
        long logStartOffset,
        long logEndOffset,
        long highWatermark,
        boolean corrupt,
        boolean leading) {

    static PartitionStats of(PartitionLog log, Replica replica) {
        return new PartitionStats(
                log.sizeBytes(),
                log.logStartOffset(),
                log.logEndOffset(),
                replica.highWatermark(),
                !log.corruption().isEmpty(),
                replica.leading());
    }
}
