package io.tidemark.coordinator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What a coordinator shows of itself and of the metadata it has applied. */
final class CoordinatorMetrics implements MeterBinder {
    private final Coordinator coordinator;

    CoordinatorMetrics(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "leading", "1 while this coordinator leads", c -> c.isReady() ? 1 : 0);
        gauge(registry, "epoch", "Raft's term", c -> c.leadership().epoch());
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
        gauge(registry, "nodes", "Registered nodes", c -> c.image().nodes().size());
        gauge(registry, "nodes.fenced", "Nodes without a session", c -> fenced(c.image()));
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

    private static double partitions(ClusterImage image) {
        return image.topics().values().stream().mapToInt(topic -> topic.partitions().size()).sum();
    }

    private static double offline(ClusterImage image) {
        return count(image, partition -> partition.leader() == PartitionImage.NO_LEADER);
    }

    private static double count(ClusterImage image, Predicate<PartitionImage> which) {
        return image.topics().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .filter(which)
                .count();
    }

    private static double fenced(ClusterImage image) {
        return image.nodes().values().stream().filter(node -> node.fenced()).count();
    }
}
