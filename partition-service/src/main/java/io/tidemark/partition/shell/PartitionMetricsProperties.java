package io.tidemark.partition.shell;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a partition service shows beside its own metrics.
 *
 * @param kafkaNames Whether the metrics are shown under the names too that dashboards for Kafka
 *     read, such as {@code kafka_server_brokertopicmetrics_messagesin_total}.
 * @param jmx Whether there are beans under Kafka's names, such as {@code
 *     kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec}.
 * @param maxTopics Topics shown by name, the first ones in alphabetical order; 0 for none.
 */
@ConfigurationProperties("tidemark.partition.metrics")
public record PartitionMetricsProperties(
        @DefaultValue("true") boolean kafkaNames,
        @DefaultValue("true") boolean jmx,
        @DefaultValue("1000") int maxTopics) {

    public PartitionMetricsProperties {
        if (maxTopics < 0) {
            throw new IllegalArgumentException(
                    "tidemark.partition.metrics.max-topics is "
                            + maxTopics
                            + ": must be at least 0");
        }
    }
}
