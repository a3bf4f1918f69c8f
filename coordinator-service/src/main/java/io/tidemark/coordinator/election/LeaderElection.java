package io.tidemark.coordinator.election;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Elects leaders from the in-sync replicas only.
 *
 * <p>When a node is lost it leaves every ISR in which another replica is live, and the first live
 * in-sync replica in the order of the assignment leads what it led. Where nobody is left, the
 * partition has no leader, and its ISR stays: only its members have all that was acknowledged. The
 * first of them to return leads.
 */
public final class LeaderElection {
    private LeaderElection() {}

    /** What changes when a node that was live is fenced. */
    public static List<Delta> afterLoss(ClusterImage image, int lost) {
        return changes(
                image,
                partition ->
                        partition.isr().contains(lost)
                                ? without(image, partition, lost)
                                : partition);
    }

    /** What changes when a fenced node is live again. */
    public static List<Delta> afterReturn(ClusterImage image, int returned) {
        return changes(
                image,
                partition ->
                        partition.leader() == PartitionImage.NO_LEADER
                                        && partition.isr().contains(returned)
                                ? partition.withLeader(returned, partition.isr(), partition.elr())
                                : partition);
    }

    private static PartitionImage without(ClusterImage image, PartitionImage partition, int lost) {
        List<Integer> isr = partition.isr().stream().filter(id -> id != lost).toList();
        Optional<Integer> heir =
                partition.replicas().stream()
                        .filter(id -> isr.contains(id) && isLive(image, id))
                        .findFirst();
        if (partition.leader() != lost) {
            return heir.isPresent()
                    ? partition.withLeader(partition.leader(), isr, partition.elr())
                    : partition;
        }
        return heir.isPresent()
                ? partition.withLeader(heir.get(), isr, partition.elr())
                : partition.withLeader(PartitionImage.NO_LEADER, partition.isr(), partition.elr());
    }

    /** Ordered by topic name, so that every replica of the coordinator lists them alike. */
    private static List<Delta> changes(ClusterImage image, UnaryOperator<PartitionImage> election) {
        List<Delta> deltas = new ArrayList<>();
        image.topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .forEach(
                        topic -> {
                            for (PartitionImage partition : topic.partitions()) {
                                PartitionImage elected = election.apply(partition);
                                if (elected != partition) {
                                    deltas.add(new Delta.PartitionChanged(topic.id(), elected));
                                }
                            }
                        });
        return deltas;
    }

    private static boolean isLive(ClusterImage image, int nodeId) {
        return image.node(nodeId).filter(node -> !node.fenced()).map(NodeImage::id).isPresent();
    }
}
