package io.tidemark.metadata.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * A topic.
 *
 * @param partitions by index: the element at {@code i} has index {@code i}
 * @param configs only what was set on the topic, under Kafka's names
 * @param createdVersion the metadata version that created this incarnation of the name
 */
public record TopicImage(
        Uuid id,
        String name,
        List<PartitionImage> partitions,
        Map<String, String> configs,
        long createdVersion) {

    public TopicImage {
        partitions = List.copyOf(partitions);
        configs = Map.copyOf(configs);
    }

    public Optional<PartitionImage> partition(int index) {
        return index < 0 || index >= partitions.size()
                ? Optional.empty()
                : Optional.of(partitions.get(index));
    }

    TopicImage withPartitions(List<PartitionImage> changed) {
        return new TopicImage(id, name, changed, configs, createdVersion);
    }

    TopicImage withConfigs(Map<String, String> changed) {
        return new TopicImage(id, name, partitions, changed, createdVersion);
    }
}
