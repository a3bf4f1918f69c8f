package io.tidemark.partition.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The partitions this node stores. Read by any thread, changed by the metadata thread. */
public final class PartitionRegistry {
    private final Map<Uuid, Hosted> byId = new ConcurrentHashMap<>();
    private final Map<String, Hosted> byName = new ConcurrentHashMap<>();

    private record Hosted(Uuid topicId, String topic, List<@Nullable Partition> partitions) {

        @Nullable Partition partition(int index) {
            return index < 0 || index >= partitions.size() ? null : partitions.get(index);
        }

        Hosted with(int index, @Nullable Partition partition) {
            List<@Nullable Partition> changed = new ArrayList<>(partitions);
            while (changed.size() <= index) {
                changed.add(null);
            }
            changed.set(index, partition);
            return new Hosted(topicId, topic, changed);
        }

        boolean isEmpty() {
            return partitions.stream().allMatch(Objects::isNull);
        }
    }

    public @Nullable Partition find(Uuid topicId, int index) {
        Hosted hosted = byId.get(topicId);
        return hosted == null ? null : hosted.partition(index);
    }

    public @Nullable Partition find(String topic, int index) {
        Hosted hosted = byName.get(topic);
        return hosted == null ? null : hosted.partition(index);
    }

    public Stream<Partition> all() {
        return byId.values().stream()
                .flatMap(hosted -> hosted.partitions.stream())
                .filter(Objects::nonNull);
    }

    /** Those of one topic. */
    public Stream<Partition> of(Uuid topicId) {
        Hosted hosted = byId.get(topicId);
        return hosted == null
                ? Stream.empty()
                : hosted.partitions.stream().filter(Objects::nonNull);
    }

    /** Makes it known to all that serve. */
    public void add(Partition partition) {
        Hosted known = byId.get(partition.topicId());
        Hosted before =
                known == null
                        ? new Hosted(partition.topicId(), partition.topic(), List.of())
                        : known;
        put(before.with(partition.index(), partition));
    }

    /** It is not served here any more. */
    public void remove(Partition partition) {
        Hosted before = byId.get(partition.topicId());
        if (before == null) {
            return;
        }
        Hosted after = before.with(partition.index(), null);
        if (after.isEmpty()) {
            byId.remove(after.topicId);
            byName.computeIfPresent(
                    after.topic,
                    (name, named) -> named.topicId.equals(after.topicId) ? null : named);
        } else {
            put(after);
        }
    }

    private void put(Hosted hosted) {
        byId.put(hosted.topicId, hosted);
        byName.put(hosted.topic, hosted);
    }
}
