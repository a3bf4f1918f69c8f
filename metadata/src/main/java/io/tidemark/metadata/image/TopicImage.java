package io.tidemark.metadata.image;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A topic.
 *
 * @param configs only what was set on the topic, under Kafka's names
 * @param createdVersion the metadata version that created this incarnation of the name
 */
public record TopicImage(
        Uuid id,
        String name,
        List<PartitionImage> partitions,
        Map<String, String> configs,
        long createdVersion) {}
