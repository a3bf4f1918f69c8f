package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The offsets that one group has committed. */
public final class GroupOffsets {
    private final Map<String, TreeMap<Integer, Offset>> byTopic = new LinkedHashMap<>();

    public void put(Offset offset) {
        byTopic.computeIfAbsent(offset.topic(), topic -> new TreeMap<>())
                .put(offset.partition(), offset);
    }

    public Optional<Offset> get(String topic, int partition) {
        TreeMap<Integer, Offset> partitions = byTopic.get(topic);
        return partitions == null
                ? Optional.empty()
                : Optional.ofNullable(partitions.get(partition));
    }

    public void removeAll(List<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            TreeMap<Integer, Offset> topic = byTopic.get(partition.topic());
            if (topic != null) {
                topic.remove(partition.partition());
                if (topic.isEmpty()) {
                    byTopic.remove(partition.topic());
                }
            }
        }
    }

    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /** Topics with a committed offset. */
    public Set<String> topics() {
        return Set.copyOf(byTopic.keySet());
    }

    /** A topic's offsets, by partition. */
    public List<Offset> of(String topic) {
        TreeMap<Integer, Offset> partitions = byTopic.get(topic);
        return partitions == null ? List.of() : List.copyOf(partitions.values());
    }

    int size() {
        return byTopic.values().stream().mapToInt(TreeMap::size).sum();
    }

    /** All of them, topic by topic. */
    List<Offset> all() {
        List<Offset> all = new ArrayList<>();
        byTopic.values().forEach(partitions -> all.addAll(partitions.values()));
        return all;
    }

    /** Partitions whose offset is such. */
    public List<TopicPartition> where(Predicate<Offset> condition) {
        List<TopicPartition> found = new ArrayList<>();
        for (TreeMap<Integer, Offset> partitions : byTopic.values()) {
            for (Offset offset : partitions.values()) {
                if (condition.test(offset)) {
                    found.add(new TopicPartition(offset.topic(), offset.partition()));
                }
            }
        }
        return found;
    }
}
