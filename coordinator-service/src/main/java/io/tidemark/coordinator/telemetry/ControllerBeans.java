package io.tidemark.coordinator.telemetry;

import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.telemetry.ControllerFamilies.ControllerFigures;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** The coordinator over JMX, under the names of Kafka's controller. Any thread. */
public final class ControllerBeans {
    private static final String C = "kafka.controller:type=KafkaController,name=";

    private ControllerBeans() {}

    /** Adds the beans. */
    public static void add(
            KafkaBeans beans, Coordinator coordinator, LongSupplier uncleanElections) {
        gauge(beans, coordinator, "ActiveControllerCount", ControllerFigures::activeControllers);
        gauge(beans, coordinator, "OfflinePartitionsCount", ControllerFigures::offlinePartitions);
        gauge(beans, coordinator, "GlobalTopicCount", ControllerFigures::topics);
        gauge(beans, coordinator, "GlobalPartitionCount", ControllerFigures::partitions);
        gauge(beans, coordinator, "PreferredReplicaImbalanceCount", ControllerFigures::imbalanced);
        gauge(beans, coordinator, "ActiveBrokerCount", ControllerFigures::activeNodes);
        gauge(beans, coordinator, "FencedBrokerCount", ControllerFigures::fencedNodes);
        beans.meter(
                "kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec",
                "elections",
                uncleanElections);
    }

    private static void gauge(
            KafkaBeans beans,
            Coordinator coordinator,
            String name,
            ToLongFunction<ControllerFigures> value) {
        beans.gauge(C + name, () -> (int) value.applyAsLong(ControllerFigures.of(coordinator)));
    }
}
