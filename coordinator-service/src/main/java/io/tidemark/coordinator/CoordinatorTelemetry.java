package io.tidemark.coordinator;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.telemetry.ControllerBeans;
import io.tidemark.coordinator.telemetry.ControllerFamilies;
import io.tidemark.coordinator.telemetry.GroupFamilies;
import io.tidemark.coordinator.telemetry.LagMonitor;
import io.tidemark.environment.Clock;
import io.tidemark.telemetry.exposition.Families;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Shows the coordinator to Prometheus, and over JMX, from its start to its stop. */
final class CoordinatorTelemetry implements SmartLifecycle {
    private final CoordinatorMetricsProperties properties;
    private final Coordinator coordinator;
    private final Clock clock;
    private final @Nullable PrometheusRegistry registry;
    private final List<MultiCollector> collectors = new ArrayList<>();
    private @Nullable KafkaBeans beans;
    private @Nullable LagMonitor monitor;
    private volatile boolean running;

    CoordinatorTelemetry(
            CoordinatorMetricsProperties properties,
            Coordinator coordinator,
            Clock clock,
            @Nullable PrometheusRegistry registry) {
        this.properties = properties;
        this.coordinator = coordinator;
        this.clock = clock;
        this.registry = registry;
    }

    @Override
    public void start() {
        if (properties.lagInterval().isPositive()) {
            LagMonitor made = new LagMonitor(coordinator, properties.maxGroupPartitions());
            monitor = made;
            made.start(properties.lagInterval());
            GroupFamilies groups = new GroupFamilies(made::lag, properties.kafkaNames());
            collectors.add(Families.collector(groups::gather));
        }
        if (properties.kafkaNames()) {
            ControllerFamilies kafkas = new ControllerFamilies(coordinator, properties.maxTopics());
            collectors.add(Families.collector(kafkas::gather));
        }
        if (registry != null) {
            collectors.forEach(registry::register);
        }
        if (properties.jmx()) {
            KafkaBeans made =
                    new KafkaBeans(ManagementFactory.getPlatformMBeanServer(), clock::nanos);
            beans = made;
            ControllerBeans.add(made, coordinator);
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (registry != null) {
            collectors.forEach(registry::unregister);
        }
        collectors.clear();
        if (beans != null) {
            beans.close();
            beans = null;
        }
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
