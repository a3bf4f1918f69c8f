package io.tidemark.partition.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;

/** What clients are told of a topic's partitions. */
final class Topics {

    private Topics() {}

    /** LEADER_NOT_AVAILABLE where nobody leads. */
    static ErrorCode error(PartitionImage partition) {
        return partition.leader() == PartitionImage.NO_LEADER
                ? ErrorCode.LEADER_NOT_AVAILABLE
                : ErrorCode.NONE;
    }

    /** Replicas on nodes that are gone or fenced. */
    static List<Integer> offlineReplicas(ClusterImage image, PartitionImage partition) {
        return partition.replicas().stream()
                .filter(
                        replica -> {
                            NodeImage node = image.nodes().get(replica);
                            return node == null || node.fenced();
                        })
                .toList();
    }
}
