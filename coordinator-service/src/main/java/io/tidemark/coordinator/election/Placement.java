package io.tidemark.coordinator.election;

import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Places replicas on nodes. The nodes stand in a ring in which neighbours are in different racks;
 * leaders go round the ring, from a place that differs by topic, so within a topic no node leads
 * more than one partition more than another. Each replica goes to the next node of the ring in a
 * rack that the partition does not use yet, or to the next node at all; the distance to the second
 * replica grows with every round, so that the loss of a node spreads its load.
 */
public final class Placement {
    private Placement() {}

    /**
     * Replicas of each partition, the preferred leader first.
     *
     * @param nodes where replicas may go; at least {@code replicas}
     * @param seed decides where on the ring the topic begins
     * @param firstIndex the first partition's index: those before it are placed already
     * @param replicas at least 1
     */
    public static List<List<Integer>> place(
            List<NodeImage> nodes, long seed, int firstIndex, int count, int replicas) {
        List<NodeImage> ring = ring(nodes);
        int start = (int) Math.floorMod(seed, (long) ring.size());
        List<List<Integer>> placed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            placed.add(replicas(ring, start, firstIndex + i, replicas));
        }
        return placed;
    }

    private static List<Integer> replicas(
            List<NodeImage> ring, int start, int partition, int count) {
        int size = ring.size();
        int leader = (start + partition) % size;
        int shift = size == 1 ? 0 : (partition / size) % (size - 1);
        List<NodeImage> others = new ArrayList<>(size);
        for (int i = 0; i < size - 1; i++) {
            others.add(ring.get((leader + 1 + (shift + i) % (size - 1)) % size));
        }
        List<Integer> chosen = new ArrayList<>(List.of(ring.get(leader).id()));
        Set<String> racks = new HashSet<>(List.of(rack(ring.get(leader))));
        while (chosen.size() < count) {
            NodeImage next =
                    others.stream()
                            .filter(node -> !racks.contains(rack(node)))
                            .findFirst()
                            .orElse(others.getFirst());
            others.remove(next);
            racks.add(rack(next));
            chosen.add(next.id());
        }
        return chosen;
    }

    /** One node of each rack in turn; by id where there are no racks. */
    private static List<NodeImage> ring(List<NodeImage> nodes) {
        Map<String, Deque<NodeImage>> byRack = new TreeMap<>();
        nodes.stream()
                .sorted((a, b) -> Integer.compare(a.id(), b.id()))
                .forEach(
                        node ->
                                byRack.computeIfAbsent(rack(node), r -> new ArrayDeque<>())
                                        .add(node));
        List<NodeImage> ring = new ArrayList<>(nodes.size());
        while (ring.size() < nodes.size()) {
            byRack.values().stream()
                    .filter(rack -> !rack.isEmpty())
                    .forEach(rack -> ring.add(rack.removeFirst()));
        }
        return ring;
    }

    private static String rack(NodeImage node) {
        return node.rack().orElse("");
    }
}
