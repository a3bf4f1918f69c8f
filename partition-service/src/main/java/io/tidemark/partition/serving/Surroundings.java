package io.tidemark.partition.serving;

import io.tidemark.environment.Clock;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.replica.Nodes;

/**
 * What a partition is given of the node around it.
 *
 * @param loop owns the partition
 * @param replicator copies the partitions of that loop
 * @param packer compresses batches of the partitions of that loop
 */
public record Surroundings(
        int nodeId,
        PartitionLoop loop,
        Replicator replicator,
        Nodes nodes,
        Reports reports,
        Clock clock,
        PartitionMetrics metrics,
        BatchPacker packer) {}
