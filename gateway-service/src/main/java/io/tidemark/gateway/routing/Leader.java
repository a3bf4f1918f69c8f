package io.tidemark.gateway.routing;

import io.tidemark.metadata.image.PartitionImage;

/**
 * Who leads a partition.
 *
 * @param nodeId {@link PartitionImage#NO_LEADER} where nobody does
 * @param epoch the leader epoch
 */
public record Leader(int nodeId, int epoch) {

    static Leader of(PartitionImage partition) {
        return new Leader(partition.leader(), partition.leaderEpoch());
    }

    /** Whether there is one. */
    public boolean exists() {
        return nodeId != PartitionImage.NO_LEADER;
    }
}
