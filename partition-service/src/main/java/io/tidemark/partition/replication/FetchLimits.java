package io.tidemark.partition.replication;

/**
 * How a follower fetches.
 *
 * @param maxWaitMs how long a leader without news holds a fetch back
 * @param partitionMaxBytes of one partition in one answer, but for a first batch that is larger
 * @param responseMaxBytes of one answer, with the same exception
 * @param throttledBytesPerSecond for partitions that are not in sync; 0 for no limit
 */
public record FetchLimits(
        int maxWaitMs, int partitionMaxBytes, int responseMaxBytes, long throttledBytesPerSecond) {}
