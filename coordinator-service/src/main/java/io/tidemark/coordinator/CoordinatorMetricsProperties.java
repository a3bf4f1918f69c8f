package io.tidemark.coordinator;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a coordinator shows beside its own metrics.
 *
 * @param kafkaNames Whether the metrics are shown under the names too that dashboards for Kafka
 *     read, such as {@code kafka_consumergroup_lag}.
 * @param jmx Whether there are beans under Kafka's names, such as {@code
 *     kafka.controller:type=KafkaController,name=ActiveControllerCount}.
 * @param maxTopics Topics shown by name, the first ones in alphabetical order; 0 for none.
 * @param lagInterval How often the leading coordinator asks the nodes where their logs end, for the
 *     lag of groups; 0 for never.
 * @param maxGroupPartitions Committed offsets whose lag is shown; groups beyond are left out.
 */
@Validated
@ConfigurationProperties("tidemark.coordinator.metrics")
public record CoordinatorMetricsProperties(
        @DefaultValue("true") boolean kafkaNames,
        @DefaultValue("true") boolean jmx,
        @DefaultValue("1000") @Min(0) int maxTopics,
        @DefaultValue("15s") @NotNull Duration lagInterval,
        @DefaultValue("20000") @Min(0) int maxGroupPartitions) {}
