package io.tidemark.partition.membership;

/**
 * What became of a drain.
 *
 * @param drained whether nothing is led any more that another node could lead
 * @param leading how many partitions are still led that others have
 * @param reason why it is not drained; empty where it is
 */
public record DrainOutcome(boolean drained, long leading, String reason) {}
