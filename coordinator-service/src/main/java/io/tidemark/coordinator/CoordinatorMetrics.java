package io.tidemark.coordinator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What a coordinator shows of itself and of the metadata it has applied. */
final class CoordinatorMetrics implements MeterBinder {
    private static final Map<String, List<String>> GROUP_STATES =
            Map.of(
                    "classic",
                    List.of("Empty", "PreparingRebalance", "CompletingRebalance", "Stable"),
                    "consumer",
                    List.of("Empty", "Assigning", "Reconciling", "Stable"));

    private final Coordinator coordinator;
    private final Clock clock;

    CoordinatorMetrics(Coordinator coordinator, Clock clock) {
        this.coordinator = coordinator;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "leading", "1 while this coordinator leads", c -> c.isReady() ? 1 : 0);
        gauge(registry, "epoch", "Raft's term", c -> c.leadership().epoch());
        gauge(registry, "committed.index", "Committed entry", c -> c.progress().committedIndex());
        gauge(registry, "applied.index", "Applied entry", c -> c.progress().appliedIndex());
        gauge(
                registry,
                "applied.lag",
                "Entries that are committed and not applied here yet",
                c -> c.progress().lag());
        gauge(registry, "snapshot.index", "Snapshot up to", c -> c.progress().snapshotIndex());
        gauge(
                registry,
                "snapshot.age.seconds",
                "Age of the newest snapshot; NaN where there is none",
                this::snapshotAgeSeconds);
        gauge(registry, "metadata.version", "Applied version", c -> c.image().version());
        gauge(registry, "topics", "Topics", c -> c.image().topics().size());
        gauge(registry, "partitions", "Partitions", c -> partitions(c.image()));
        gauge(registry, "partitions.offline", "Without a leader", c -> offline(c.image()));
        gauge(
                registry,
                "partitions.underreplicated",
                "With fewer in-sync replicas than assigned",
                c ->
                        count(
                                c.image(),
                                p -> p.isr().size() < p.replicas().size() - p.adding().size()));
        gauge(
                registry,
                "partitions.reassigning",
                "Whose replicas are being moved",
                c -> count(c.image(), PartitionImage::reassigning));
        groups(registry);
        gauge(registry, "nodes", "Registered nodes", c -> c.image().nodes().size());
        gauge(registry, "nodes.fenced", "Nodes without a session", c -> fenced(c.image()));
    }

    /** {@code tidemark.coordinator.groups}: groups of the leading coordinator, by state. */
    private void groups(MeterRegistry registry) {
        GROUP_STATES.forEach(
                (type, states) -> {
                    for (String state : states) {
                        Gauge.builder(
                                        "tidemark.coordinator.groups",
                                        coordinator,
                                        c ->
                                                c.groups()
                                                        .countByState()
                                                        .getOrDefault(type + "/" + state, 0))
                                .description("Consumer groups")
                                .tag("type", type)
                                .tag("state", state)
                                .register(registry);
                    }
                });
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<Coordinator> value) {
        Gauge.builder("tidemark.coordinator." + name, coordinator, value)
                .description(description)
                .register(registry);
    }

    private double snapshotAgeSeconds(Coordinator of) {
        long atMs = of.progress().snapshotAtMs();
        return atMs < 0 ? Double.NaN : Math.max(0, clock.wallMs() - atMs) / 1000.0;
    }

    private static double partitions(ClusterImage image) {
        return image.topics().values().stream().mapToInt(topic -> topic.partitions().size()).sum();
    }

    private static double offline(ClusterImage image) {
        return count(image, partition -> partition.leader() == PartitionImage.NO_LEADER);
    }

    private static double count(ClusterImage image, Predicate<PartitionImage> which) {
        return image.partitions().filter(which).count();
    }

    private static double fenced(ClusterImage image) {
        return image.nodes().values().stream().filter(node -> node.fenced()).count();
    }
}
