package io.tidemark.partition.shell;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.telemetry.ApiCounts;
import io.tidemark.partition.telemetry.KafkaFamilies;
import io.tidemark.partition.telemetry.NodeBeans;
import io.tidemark.partition.telemetry.NodeFamilies;
import io.tidemark.partition.telemetry.Surveyor;
import io.tidemark.telemetry.exposition.Families;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Shows the node to Prometheus, and over JMX, from its start to its stop. */
final class PartitionTelemetry implements SmartLifecycle {
    private final PartitionMetricsProperties properties;
    private final PartitionRuntime runtime;
    private final ApiCounts apis;
    private final @Nullable PrometheusRegistry registry;
    private final List<MultiCollector> collectors = new ArrayList<>();
    private @Nullable KafkaBeans beans;
    private volatile boolean running;

    PartitionTelemetry(
            PartitionMetricsProperties properties,
            PartitionRuntime runtime,
            ApiCounts apis,
            @Nullable PrometheusRegistry registry) {
        this.properties = properties;
        this.runtime = runtime;
        this.apis = apis;
        this.registry = registry;
    }

    @Override
    public void start() {
        Surveyor surveyor = new Surveyor(runtime.registry(), runtime.clock());
        PartitionMetrics metrics = runtime.metrics();
        int maxTopics = properties.maxTopics();
        NodeFamilies own =
                new NodeFamilies(surveyor, runtime.directories(), runtime.clock(), maxTopics);
        collectors.add(Families.collector(own::gather));
        if (properties.kafkaNames()) {
            KafkaFamilies kafkas = new KafkaFamilies(surveyor, metrics, apis, maxTopics);
            collectors.add(Families.collector(kafkas::gather));
        }
        if (registry != null) {
            collectors.forEach(registry::register);
        }
        if (properties.jmx()) {
            KafkaBeans made =
                    new KafkaBeans(
                            ManagementFactory.getPlatformMBeanServer(), runtime.clock()::nanos);
            beans = made;
            new NodeBeans(made, surveyor, metrics, apis, maxTopics).start();
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
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the node, and stopped before it. */
    @Override
    public int getPhase() {
        return PartitionServiceLifecycle.PHASE + 1;
    }
}
