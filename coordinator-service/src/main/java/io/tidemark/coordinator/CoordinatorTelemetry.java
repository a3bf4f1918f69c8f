package io.tidemark.coordinator;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.telemetry.ControllerBeans;
import io.tidemark.coordinator.telemetry.ControllerFamilies;
import io.tidemark.coordinator.telemetry.GroupFamilies;
import io.tidemark.coordinator.telemetry.LagMonitor;
import io.tidemark.environment.Clock;
import io.tidemark.telemetry.publication.Publication;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Shows the coordinator to Prometheus, and over JMX, from its start to its stop. */
final class CoordinatorTelemetry implements SmartLifecycle {
    private final CoordinatorMetricsProperties properties;
    private final Coordinator coordinator;
    private final LongSupplier uncleanElections;
    private final Clock clock;
    private final Publication publication;
    private @Nullable LagMonitor monitor;
    private volatile boolean running;

    CoordinatorTelemetry(
            CoordinatorMetricsProperties properties,
            Coordinator coordinator,
            LongSupplier uncleanElections,
            Clock clock,
            @Nullable PrometheusRegistry registry) {
        this.properties = properties;
        this.coordinator = coordinator;
        this.uncleanElections = uncleanElections;
        this.clock = clock;
        this.publication = new Publication(registry);
    }

    @Override
    public void start() {
        if (properties.lagInterval().isPositive()) {
            LagMonitor made = new LagMonitor(coordinator, properties.maxGroupPartitions());
            monitor = made;
            made.start(properties.lagInterval());
            GroupFamilies groups = new GroupFamilies(made::lag, properties.kafkaNames());
            publication.show(groups::gather);
        }
        if (properties.kafkaNames()) {
            ControllerFamilies kafkas =
                    new ControllerFamilies(coordinator, uncleanElections, properties.maxTopics());
            publication.show(kafkas::gather);
        }
        if (properties.jmx()) {
            ControllerBeans.add(publication.beans(clock::nanos), coordinator, uncleanElections);
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        publication.close();
        if (monitor != null) {
            monitor.close();
            monitor = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the coordinator, and stopped before it. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1;
    }
}
