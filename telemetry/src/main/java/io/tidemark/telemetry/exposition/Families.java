package io.tidemark.telemetry.exposition;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The families of one scrape, gathered sample by sample. For one thread.
 *
 * <p>Names are written as Prometheus shows them, but for the {@code _total} of a counter, which it
 * adds itself. A family without a sample is left out.
 */
public final class Families {
    private final Map<String, Gauge> gauges = new LinkedHashMap<>();
    private final Map<String, Counter> counters = new LinkedHashMap<>();

    private record Gauge(String help, List<GaugeDataPointSnapshot> points) {}

    private record Counter(String help, List<CounterDataPointSnapshot> points) {}

    /**
     * Adds a sample of a gauge.
     *
     * @param labels names and values in turn; no two samples of a family may have the same
     */
    public Families gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, n -> new Gauge(help, new ArrayList<>()))
                .points
                .add(new GaugeDataPointSnapshot(value, Labels.of(labels), null));
        return this;
    }

    /**
     * Adds a sample of a counter.
     *
     * @param value at least 0; one that falls reads as a restart
     * @param labels names and values in turn; no two samples of a family may have the same
     */
    public Families counter(String name, String help, double value, String... labels) {
        counters.computeIfAbsent(name, n -> new Counter(help, new ArrayList<>()))
                .points
                .add(new CounterDataPointSnapshot(value, Labels.of(labels), null, 0L));
        return this;
    }

    /** Everything gathered. */
    public MetricSnapshots snapshots() {
        List<MetricSnapshot> made = new ArrayList<>();
        gauges.forEach(
                (name, family) -> {
                    GaugeSnapshot.Builder builder =
                            GaugeSnapshot.builder().name(name).help(family.help);
                    family.points.forEach(builder::dataPoint);
                    made.add(builder.build());
                });
        counters.forEach(
                (name, family) -> {
                    CounterSnapshot.Builder builder =
                            CounterSnapshot.builder().name(name).help(family.help);
                    family.points.forEach(builder::dataPoint);
                    made.add(builder.build());
                });
        return new MetricSnapshots(made);
    }

    /** A collector that gathers anew at each scrape. */
    public static io.prometheus.metrics.model.registry.MultiCollector collector(
            Supplier<Families> gather) {
        return () -> gather.get().snapshots();
    }
}
