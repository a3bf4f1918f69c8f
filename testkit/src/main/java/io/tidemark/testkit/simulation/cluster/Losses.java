package io.tidemark.testkit.simulation.cluster;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which copies of each partition are gone and not yet copied again. What was acknowledged is on
 * min.insync.replicas disks: so many lost at once may be all there were, and nobody promises
 * anything then. Up to one less, everything must be kept, and somebody must be found to lead.
 */
final class Losses {
    private final Cluster cluster;
    private final List<Map<Integer, Long>> open = new ArrayList<>();

    Losses(Cluster cluster) {
        this.cluster = cluster;
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            open.add(new TreeMap<>());
        }
    }

    /** Whether what was promised still holds if this node's copies are lost, too. */
    boolean bearable(PartitionNode node) {
        for (int p = 0; p < open.size(); p++) {
            PartitionImage image = cluster.metadata().partition(p);
            if (image == null) {
                return false;
            }
            int lost = open.get(p).size();
            boolean another =
                    image.replicas().contains(node.index())
                            && !open.get(p).containsKey(node.index());
            if (lost + (another ? 1 : 0) >= cluster.shape().lowestMinInSync()) {
                return false;
            }
        }
        return true;
    }

    /** Whether nothing is lost that was not copied again. */
    boolean none() {
        return open.stream().allMatch(Map::isEmpty);
    }

    /**
     * The copies on a node are gone.
     *
     * @param fromLife the first life of the node's process that may have made them good
     */
    void lost(PartitionNode node, long fromLife) {
        for (int p = 0; p < open.size(); p++) {
            PartitionImage image = cluster.metadata().partition(p);
            if (image != null && image.replicas().contains(node.index())) {
                open.get(p).merge(node.index(), fromLife, Math::max);
            }
        }
    }

    /** The coordinator has decided: who is in sync has a copy again, who left needs none. */
    void decided(PartitionImage now, ClusterImage image) {
        open.get(now.index())
                .entrySet()
                .removeIf(
                        lost ->
                                !now.replicas().contains(lost.getKey())
                                        || (now.isr().contains(lost.getKey())
                                                && life(lost.getKey(), image) >= lost.getValue()));
    }

    private static long life(int node, ClusterImage image) {
        return image.node(node)
                .map(NodeImage::incarnation)
                .map(incarnation -> incarnation.getLeastSignificantBits())
                .orElse(-1L);
    }
}
