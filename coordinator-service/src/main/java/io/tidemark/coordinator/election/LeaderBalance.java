package io.tidemark.coordinator.election;

import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where leadership should go back to the preferred leaders, after nodes were lost and returned. */
public final class LeaderBalance {
    private LeaderBalance() {}

    /**
     * The partitions to elect the preferred leader of: those of nodes that lead too few of what
     * they are preferred for, where they can lead now.
     *
     * @param tolerated share of a node's preferred partitions that others may lead; 0 to 1
     */
    public static List<PartitionId> imbalanced(ClusterImage image, double tolerated) {
        Map<Integer, Preferred> byNode = new HashMap<>();
        image.topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                partition ->
                                                        byNode.computeIfAbsent(
                                                                        partition
                                                                                .replicas()
                                                                                .getFirst(),
                                                                        id -> new Preferred())
                                                                .count(topic, partition)));
        Candidates candidates = new Candidates(image);
        return byNode.entrySet().stream()
                .filter(entry -> candidates.live(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(preferred -> preferred.ledByOthers > tolerated * preferred.all)
                .flatMap(preferred -> preferred.movable.stream())
                .toList();
    }

    /** What one node is the preferred leader of. */
    private static final class Preferred {
        final List<PartitionId> movable = new ArrayList<>();
        int all;
        int ledByOthers;

        void count(TopicImage topic, PartitionImage partition) {
            int node = partition.replicas().getFirst();
            all++;
            if (partition.leader() != node) {
                ledByOthers++;
                if (partition.isr().contains(node)) {
                    movable.add(new PartitionId(topic.id(), partition.index()));
                }
            }
        }
    }
}
