package io.tidemark.coordinator.session;

import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which node may drain: one of the cluster at a time, so that restarts one after the other never
 * leave a partition with too few in-sync replicas. Every method runs on the coordinator's thread.
 *
 * <pre>
 *   free --granted to N--> held by N
 *   held by N --N is back: it has a session, does not drain, and is in sync everywhere--> free
 *   held by N --the time is over--> free
 * </pre>
 *
 * It is kept in the leader's memory. The next leader finds by the metadata who drains; where the
 * holder has registered anew and not caught up yet, the second rule, that of {@code
 * min.insync.replicas}, keeps others back.
 */
public final class DrainSlot {
    private static final int MAX_NAMED = 3;

    private final long timeoutNanos;
    private Optional<Holder> holder = Optional.empty();

    private record Holder(int nodeId, long sinceNanos) {}

    /**
     * @param timeoutMs how long the slot is held at most
     */
    public DrainSlot(long timeoutMs) {
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** This coordinator leads now: a node that drains holds the slot from now on. */
    public void lead(ClusterImage image, long nowNanos) {
        holder =
                image.nodes().values().stream()
                        .filter(NodeImage::draining)
                        .findFirst()
                        .map(node -> new Holder(node.id(), nowNanos));
    }

    /** Gives the node the slot, or says why it has to wait. */
    public Optional<String> refusal(int nodeId, ClusterImage image, long nowNanos) {
        holder =
                holder.filter(held -> nowNanos - held.sinceNanos < timeoutNanos)
                        .filter(held -> !isBack(held.nodeId, image));
        if (holder.isPresent() && holder.get().nodeId == nodeId) {
            return Optional.empty();
        }
        if (holder.isPresent()) {
            return Optional.of(
                    "Node %d has to wait: node %d drains or has not caught up since, and one node of the cluster drains at a time"
                            .formatted(nodeId, holder.get().nodeId));
        }
        List<String> missing = leftShort(nodeId, image);
        if (!missing.isEmpty()) {
            return Optional.of(
                    "Node %d has to wait: without it %d partitions have fewer in-sync replicas than min.insync.replicas: %s"
                            .formatted(
                                    nodeId,
                                    missing.size(),
                                    String.join(
                                            ", ",
                                            missing.subList(
                                                    0, Math.min(MAX_NAMED, missing.size())))));
        }
        holder = Optional.of(new Holder(nodeId, nowNanos));
        return Optional.empty();
    }

    private static boolean isBack(int nodeId, ClusterImage image) {
        Optional<NodeImage> node = image.node(nodeId);
        return node.isEmpty() || node.get().live() && image.hasCaughtUp(nodeId);
    }

    /** Partitions that could spare a replica were all in sync, and cannot now. */
    private static List<String> leftShort(int nodeId, ClusterImage image) {
        List<String> found = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                int needed = MinIsr.of(partition, topic, image);
                if (partition.replicas().size() > needed
                        && partition.isr().contains(nodeId)
                        && others(nodeId, partition, image) < needed) {
                    found.add(topic.name() + "-" + partition.index());
                }
            }
        }
        return found;
    }

    private static long others(int nodeId, PartitionImage partition, ClusterImage image) {
        return partition.isr().stream()
                .filter(id -> id != nodeId)
                .filter(id -> image.node(id).filter(NodeImage::live).isPresent())
                .count();
    }
}
