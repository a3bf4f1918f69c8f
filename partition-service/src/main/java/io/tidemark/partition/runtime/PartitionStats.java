package io.tidemark.partition.runtime;

import io.tidemark.partition.log.PartitionLog;

/**
 * What other threads may know of a partition, as of its last housekeeping.
 *
 * @param sizeBytes of all segments
 * @param corrupt whether damage was found in it
 */
public record PartitionStats(
        long sizeBytes, long logStartOffset, long logEndOffset, boolean corrupt) {

    static PartitionStats of(PartitionLog log) {
        return new PartitionStats(
                log.sizeBytes(),
                log.logStartOffset(),
                log.logEndOffset(),
                !log.corruption().isEmpty());
    }
}
