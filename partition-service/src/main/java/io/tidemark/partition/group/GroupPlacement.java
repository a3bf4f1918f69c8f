package io.tidemark.partition.group;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Optional;

/**
 * Which node clients are sent to for a group: the one with the highest hash of the two, so that
 * only the groups of a node that goes get another one. Every node can serve every group; this
 * spreads them.
 *
 * @see <a href="https://doi.org/10.1109/90.663936">Thaler, Ravishankar: rendezvous hashing</a>
 */
public final class GroupPlacement {
    private GroupPlacement() {}

    /** Empty where no node lives. Nodes that announced their stop come last. */
    public static Optional<Integer> nodeOf(String group, ClusterImage image) {
        List<NodeImage> living =
                image.nodes().values().stream().filter(node -> !node.fenced()).toList();
        List<NodeImage> staying = living.stream().filter(node -> !node.draining()).toList();
        Optional<Integer> found = Optional.empty();
        long highest = Long.MIN_VALUE;
        for (NodeImage node : staying.isEmpty() ? living : staying) {
            long hash = mix(group.hashCode() * 0x9E3779B97F4A7C15L + node.id());
            if (found.isEmpty() || hash > highest) {
                found = Optional.of(node.id());
                highest = hash;
            }
        }
        return found;
    }

    /** SplitMix64's finalizer. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
