package io.tidemark.metadata.config;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.Map;

/**
 * How many replicas must have a record before it counts as written: {@code min.insync.replicas} of
 * the topic, else of all nodes. The coordinator decides by it who stays eligible to lead, and
 * leaders how far the high watermark may go, so both must read it alike: settings of one node do
 * not count.
 */
public final class MinIsr {
    private static final int DEFAULT =
            ConfigDefinitions.ofTopics()
                    .get(TopicConfigs.MIN_INSYNC_REPLICAS)
                    .defaultValue()
                    .map(Integer::parseInt)
                    .orElseThrow();

    private MinIsr() {}

    /** As configured for a topic with these settings of its own; at least 1. */
    public static int configured(Map<String, String> topicConfigs, ClusterImage image) {
        String value =
                topicConfigs.getOrDefault(
                        TopicConfigs.MIN_INSYNC_REPLICAS,
                        image.nodeConfig("").get(TopicConfigs.MIN_INSYNC_REPLICAS));
        return value == null ? DEFAULT : Integer.parseInt(value.strip());
    }

    /** Of a partition: no more than it has replicas. */
    public static int of(PartitionImage partition, TopicImage topic, ClusterImage image) {
        return Math.min(configured(topic.configs(), image), partition.replicas().size());
    }
}
