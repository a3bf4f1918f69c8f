package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * Since which of its epochs a member has had each of its partitions without a break. What it
 * commits for a partition at any epoch since then is newer than what others may have committed.
 * Immutable.
 *
 * @param byEpoch disjoint, none empty
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-1251">KIP-1251: assignment
 *     epochs</a>
 */
record HeldSince(SortedMap<Integer, PartitionSet> byEpoch) {
    private static final HeldSince NOTHING = new HeldSince(Collections.emptySortedMap());

    HeldSince {
        byEpoch = Collections.unmodifiableSortedMap(byEpoch);
    }

    static HeldSince nothing() {
        return NOTHING;
    }

    static HeldSince of(Map<Integer, Map<Uuid, List<Integer>>> stored) {
        SortedMap<Integer, PartitionSet> byEpoch = new TreeMap<>();
        stored.forEach((epoch, partitions) -> byEpoch.put(epoch, PartitionSet.of(partitions)));
        return new HeldSince(byEpoch);
    }

    /** These partitions and no others: those that are new since the given epoch. */
    HeldSince having(PartitionSet partitions, int epoch) {
        SortedMap<Integer, PartitionSet> next = new TreeMap<>();
        PartitionSet fresh = partitions;
        for (Map.Entry<Integer, PartitionSet> held : byEpoch.entrySet()) {
            PartitionSet kept = held.getValue().and(fresh);
            if (!kept.isEmpty()) {
                next.put(held.getKey(), kept);
                fresh = fresh.minus(kept);
            }
        }
        if (!fresh.isEmpty()) {
            next.merge(epoch, fresh, PartitionSet::plus);
        }
        return new HeldSince(next);
    }

    /** Whether the member has the partition and had it at that epoch. */
    boolean hadAt(int epoch, Uuid topic, int partition) {
        return byEpoch.headMap(epoch + 1).values().stream()
                .anyMatch(partitions -> partitions.contains(topic, partition));
    }

    /** Whether it had any of its partitions at that epoch. */
    boolean hadAnyAt(int epoch) {
        return !byEpoch.isEmpty() && byEpoch.firstKey() <= epoch;
    }

    Map<Integer, Map<Uuid, List<Integer>>> toMap() {
        Map<Integer, Map<Uuid, List<Integer>>> map = new TreeMap<>();
        byEpoch.forEach((epoch, partitions) -> map.put(epoch, partitions.toMap()));
        return map;
    }
}
