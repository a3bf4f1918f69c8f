package io.tidemark.partition.shell;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.telemetry.ApiCounts;
import io.tidemark.partition.telemetry.KafkaFamilies;
import io.tidemark.partition.telemetry.NodeBeans;
import io.tidemark.partition.telemetry.NodeFamilies;
import io.tidemark.partition.telemetry.Surveyor;
import io.tidemark.telemetry.jmx.KafkaBeans;
import io.tidemark.telemetry.publication.Publication;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Shows the node to Prometheus, and over JMX, from its start to its stop. */
final class PartitionTelemetry implements SmartLifecycle {
    private final PartitionMetricsProperties properties;
    private final PartitionRuntime runtime;
    private final ApiCounts apis;
    private final Publication publication;
    private volatile boolean running;

    PartitionTelemetry(
            PartitionMetricsProperties properties,
            PartitionRuntime runtime,
            ApiCounts apis,
            @Nullable PrometheusRegistry registry) {
        this.properties = properties;
        this.runtime = runtime;
        this.apis = apis;
        this.publication = new Publication(registry);
    }

    @Override
    public void start() {
        Surveyor surveyor = new Surveyor(runtime.registry(), runtime.clock());
        PartitionMetrics metrics = runtime.metrics();
        int maxTopics = properties.maxTopics();
        NodeFamilies own =
                new NodeFamilies(surveyor, runtime.directories(), runtime.clock(), maxTopics);
        publication.show(own::gather);
        if (properties.kafkaNames()) {
            KafkaFamilies kafkas = new KafkaFamilies(surveyor, metrics, apis, maxTopics);
            publication.show(kafkas::gather);
        }
        if (properties.jmx()) {
            KafkaBeans beans = publication.beans(runtime.clock()::nanos);
            new NodeBeans(beans, surveyor, metrics, apis, maxTopics).start();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        publication.close();
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
