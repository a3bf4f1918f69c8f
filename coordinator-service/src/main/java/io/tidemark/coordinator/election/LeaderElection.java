package io.tidemark.coordinator.election;

import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What becomes of the partitions when nodes come and go. Leaders come from the in-sync replicas,
 * else from the eligible ones (KIP-966), else there is none.
 *
 * <pre>
 *   session lost      leaves every ISR in which another member has a session; where the ISR is
 *                     then below min.insync.replicas, it stays eligible
 *   session resumed   leads what has no leader, where it is in the ISR or eligible
 *   drains            others lead; leaves every ISR that is large enough without it
 *   lost its disk     leaves every ISR and ELR, also as the last one: it must not lead an empty log
 * </pre>
 *
 * Each method takes the image in which the node already is what it has become.
 */
public final class LeaderElection {
    private LeaderElection() {}

    /** What changes when a node that was live is fenced. */
    public static List<Delta> afterLoss(ClusterImage image, int lost) {
        return changes(image, holds(lost), next -> next.lose(lost));
    }

    /** What changes when a fenced node is live again. */
    public static List<Delta> afterReturn(ClusterImage image, int returned) {
        return changes(
                image,
                partition ->
                        partition.leader() == PartitionImage.NO_LEADER
                                && holds(returned).test(partition),
                NextPartition::elect);
    }

    /** What changes when a node announces its stop. */
    public static List<Delta> afterDrain(ClusterImage image, int draining) {
        return changes(
                image,
                partition -> partition.isr().contains(draining),
                next -> next.drain(draining));
    }

    /** What changes when a node has come back without all of its log directories. */
    public static List<Delta> afterWipe(ClusterImage image, int wiped) {
        return changes(image, holds(wiped), next -> next.forget(wiped, false));
    }

    /**
     * What changes when a node has come back from a crash: where records are acknowledged before
     * they are on disk, it may have lost some; the last one to have had them stays.
     *
     * @param unsynced the topics whose records are acknowledged so
     */
    public static List<Delta> afterCrash(
            ClusterImage image, int crashed, Predicate<TopicImage> unsynced) {
        return changes(image, unsynced, holds(crashed), next -> next.forget(crashed, true));
    }

    /** What changes when {@code min.insync.replicas} has become smaller in some topics. */
    public static List<Delta> afterSmallerMinIsr(
            ClusterImage image, Predicate<TopicImage> affected) {
        return changes(image, affected, partition -> !partition.elr().isEmpty(), next -> next);
    }

    private static Predicate<PartitionImage> holds(int nodeId) {
        return partition -> partition.isr().contains(nodeId) || partition.elr().contains(nodeId);
    }

    private static List<Delta> changes(
            ClusterImage image,
            Predicate<PartitionImage> affected,
            Function<NextPartition, NextPartition> step) {
        return changes(image, topic -> true, affected, step);
    }

    /** Ordered by topic name, so that every replica of the coordinator lists them alike. */
    private static List<Delta> changes(
            ClusterImage image,
            Predicate<TopicImage> topics,
            Predicate<PartitionImage> affected,
            Function<NextPartition, NextPartition> step) {
        List<Delta> deltas = new ArrayList<>();
        image.topics().values().stream()
                .filter(topics)
                .sorted(Comparator.comparing(TopicImage::name))
                .forEach(
                        topic -> {
                            int minIsr = MinIsr.configured(topic.configs(), image);
                            for (PartitionImage now : topic.partitions()) {
                                if (affected.test(now)) {
                                    PartitionImage next =
                                            step.apply(new NextPartition(now, image, minIsr))
                                                    .build();
                                    if (next != now) {
                                        deltas.add(new Delta.PartitionChanged(topic.id(), next));
                                    }
                                }
                            }
                        });
        return deltas;
    }
}
