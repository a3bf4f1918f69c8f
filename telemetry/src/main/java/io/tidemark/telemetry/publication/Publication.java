package io.tidemark.telemetry.publication;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.telemetry.exposition.Families;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a service shows to Prometheus and over JMX, until it is closed. One thread at a time. */
public final class Publication implements AutoCloseable {
    private final @Nullable PrometheusRegistry registry;
    private final List<MultiCollector> collectors = new ArrayList<>();
    private final List<KafkaBeans> beans = new ArrayList<>();

    /**
     * @param registry null where nobody asks for metrics
     */
    public Publication(@Nullable PrometheusRegistry registry) {
        this.registry = registry;
    }

    /**
     * Shows families to Prometheus.
     *
     * @param gathered called at each scrape, on its thread
     */
    public void show(Supplier<Families> gathered) {
        if (registry != null) {
            MultiCollector collector = Families.collector(gathered);
            collectors.add(collector);
            registry.register(collector);
        }
    }

    /**
     * Beans in the platform's server, to be filled by the caller.
     *
     * @param nanos the monotonic clock
     */
    public KafkaBeans beans(LongSupplier nanos) {
        KafkaBeans made = new KafkaBeans(ManagementFactory.getPlatformMBeanServer(), nanos);
        beans.add(made);
        return made;
    }

    /** Takes all of it back. */
    @Override
    public void close() {
        if (registry != null) {
            collectors.forEach(registry::unregister);
        }
        collectors.clear();
        beans.forEach(KafkaBeans::close);
        beans.clear();
    }
}
