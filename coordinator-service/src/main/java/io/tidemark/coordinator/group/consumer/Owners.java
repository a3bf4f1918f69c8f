package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Who owns each partition of a group. No partition ever has two owners. */
final class Owners {
    private final Map<Uuid, Map<Integer, String>> owners = new HashMap<>();

    boolean isFree(Uuid topic, int partition) {
        return owner(topic, partition) == null;
    }

    private @Nullable String owner(Uuid topic, int partition) {
        Map<Integer, String> partitions = owners.get(topic);
        return partitions == null ? null : partitions.get(partition);
    }

    /** What of the partitions nobody owns. */
    PartitionSet free(PartitionSet partitions) {
        PartitionSet.Builder free = new PartitionSet.Builder();
        partitions.forEach(
                (topic, partition) -> {
                    if (isFree(topic, partition)) {
                        free.add(topic, partition);
                    }
                });
        return free.build();
    }

    /** Whether nobody owns at least one of the partitions. */
    boolean someFree(PartitionSet partitions) {
        return !free(partitions).isEmpty();
    }

    /**
     * @throws IllegalStateException where another member owns one of them
     */
    void take(String memberId, PartitionSet partitions) {
        partitions.forEach(
                (topic, partition) -> {
                    String before =
                            owners.computeIfAbsent(topic, id -> new HashMap<>())
                                    .putIfAbsent(partition, memberId);
                    if (before != null) {
                        throw new IllegalStateException(
                                "Partition %s-%d is owned by %s, cannot go to %s"
                                        .formatted(topic, partition, before, memberId));
                    }
                });
    }

    void release(PartitionSet partitions) {
        partitions.forEach(
                (topic, partition) -> {
                    Map<Integer, String> owned = owners.get(topic);
                    if (owned != null) {
                        owned.remove(partition);
                        if (owned.isEmpty()) {
                            owners.remove(topic);
                        }
                    }
                });
    }
}
