package io.tidemark.gateway.stream;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Since when partitions have no leader. Where another replica takes over it is soon over and nobody
 * is told; where it is not, a stream must say so rather than wait in silence. One thread: the
 * tail's.
 */
final class Leaderless {

    private final long patienceNanos;
    private final Map<Integer, Long> sinceNanos = new HashMap<>(2);

    Leaderless(long patienceMs) {
        this.patienceNanos = patienceMs * 1_000_000;
    }

    /** Takes note of those that have none now; the ones that have had none for too long. */
    SortedSet<Integer> lasting(Collection<Integer> now, long nowNanos) {
        if (now.isEmpty()) {
            sinceNanos.clear();
            return Collections.emptySortedSet();
        }
        sinceNanos.keySet().retainAll(now);
        SortedSet<Integer> lasting = new TreeSet<>();
        for (int partition : now) {
            if (nowNanos - sinceNanos.computeIfAbsent(partition, p -> nowNanos) >= patienceNanos) {
                lasting.add(partition);
            }
        }
        return lasting;
    }
}
