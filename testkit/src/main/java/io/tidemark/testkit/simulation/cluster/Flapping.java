package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.metadata.image.PartitionImage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Sees to it that no replica leaves the in-sync set again and again: whoever falls behind has had
 * seconds to keep up, and whoever has lost records comes back when it has them.
 */
final class Flapping {
    private static final int MOST = 5;
    private static final long WITHIN_NANOS = 3_000_000_000L;

    private final Map<Place, ArrayDeque<Long>> left = new HashMap<>();

    private record Place(int node, int partition) {}

    void left(int node, PartitionImage now, long nowNanos) {
        ArrayDeque<Long> times =
                left.computeIfAbsent(new Place(node, now.index()), id -> new ArrayDeque<>());
        times.add(nowNanos);
        while (nowNanos - times.getFirst() > WITHIN_NANOS) {
            times.removeFirst();
        }
        unless(
                times.size() <= MOST,
                Invariant.SETTLES,
                "node %d left the ISR %d times within 3 s, now in %s",
                node,
                times.size(),
                now);
    }
}
