package io.tidemark.coordinator.group.assignor;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/** Partitions by topic id. Immutable; safe for any thread. */
public final class PartitionSet {
    private static final PartitionSet NONE = new PartitionSet(Map.of());

    /** No element is empty. */
    private final Map<Uuid, BitSet> topics;

    private PartitionSet(Map<Uuid, BitSet> topics) {
        this.topics = topics;
    }

    /** The empty set. */
    public static PartitionSet none() {
        return NONE;
    }

    /**
     * @param partitions by topic id, in any order; indexes are at least 0
     */
    public static PartitionSet of(Map<Uuid, ? extends Iterable<Integer>> partitions) {
        Builder builder = new Builder();
        partitions.forEach((topic, indexes) -> indexes.forEach(index -> builder.add(topic, index)));
        return builder.build();
    }

    /** Takes each partition in turn. */
    @FunctionalInterface
    public interface Visitor {
        void visit(Uuid topic, int partition);
    }

    /** Collects partitions. For one thread. */
    public static final class Builder {
        private final Map<Uuid, BitSet> topics = new HashMap<>();

        public Builder add(Uuid topic, int partition) {
            topics.computeIfAbsent(topic, id -> new BitSet()).set(partition);
            return this;
        }

        /** The set; this builder must not be used after. */
        public PartitionSet build() {
            return topics.isEmpty() ? NONE : new PartitionSet(topics);
        }
    }

    public boolean isEmpty() {
        return topics.isEmpty();
    }

    /** How many partitions. */
    public int size() {
        return topics.values().stream().mapToInt(BitSet::cardinality).sum();
    }

    public Set<Uuid> topics() {
        return Collections.unmodifiableSet(topics.keySet());
    }

    public boolean contains(Uuid topic, int partition) {
        BitSet partitions = topics.get(topic);
        return partitions != null && partitions.get(partition);
    }

    public boolean containsAll(PartitionSet other) {
        return other.minus(this).isEmpty();
    }

    public boolean intersects(PartitionSet other) {
        return topics.entrySet().stream()
                .anyMatch(
                        entry -> {
                            BitSet theirs = other.topics.get(entry.getKey());
                            return theirs != null && theirs.intersects(entry.getValue());
                        });
    }

    /** What is in this set, in the other or in both. */
    public PartitionSet plus(PartitionSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        Map<Uuid, BitSet> union = new HashMap<>(topics);
        other.topics.forEach(
                (topic, partitions) ->
                        union.merge(
                                topic,
                                partitions,
                                (mine, theirs) -> {
                                    BitSet both = (BitSet) mine.clone();
                                    both.or(theirs);
                                    return both;
                                }));
        return new PartitionSet(union);
    }

    /** What is in this set and not in the other. */
    public PartitionSet minus(PartitionSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        Map<Uuid, BitSet> rest = new HashMap<>();
        topics.forEach(
                (topic, partitions) -> {
                    BitSet theirs = other.topics.get(topic);
                    if (theirs == null) {
                        rest.put(topic, partitions);
                        return;
                    }
                    BitSet mine = (BitSet) partitions.clone();
                    mine.andNot(theirs);
                    if (!mine.isEmpty()) {
                        rest.put(topic, mine);
                    }
                });
        return rest.isEmpty() ? NONE : new PartitionSet(rest);
    }

    /** What is in both sets. */
    public PartitionSet and(PartitionSet other) {
        return minus(minus(other));
    }

    /** Visits all partitions, in no particular order of topics. */
    public void forEach(Visitor visitor) {
        topics.forEach(
                (topic, partitions) ->
                        partitions.stream().forEach(index -> visitor.visit(topic, index)));
    }

    /** By topic id, topics and partitions in ascending order. */
    public SequencedMap<Uuid, List<Integer>> toMap() {
        SequencedMap<Uuid, List<Integer>> map = new LinkedHashMap<>();
        for (Uuid topic : new TreeSet<>(topics.keySet())) {
            List<Integer> partitions = new ArrayList<>();
            topics.getOrDefault(topic, new BitSet()).stream().forEach(partitions::add);
            map.put(topic, partitions);
        }
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartitionSet set && topics.equals(set.topics);
    }

    @Override
    public int hashCode() {
        return topics.hashCode();
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}
