package io.tidemark.partition.membership;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.storage.LogDirectories;
import java.util.List;

/**
 * Takes the few figures that a heartbeat carries, from what is known without asking. Any thread.
 */
public final class Vitals {
    private final LogDirectories directories;
    private final PartitionRegistry registry;
    private final PartitionMetrics metrics;
    private final Clock clock;

    public Vitals(
            LogDirectories directories,
            PartitionRegistry registry,
            PartitionMetrics metrics,
            Clock clock) {
        this.directories = directories;
        this.registry = registry;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** As of now; damage as of the last housekeeping of each partition. */
    public NodeVitals take() {
        List<NodeVitals.Place> damaged =
                registry.all()
                        .filter(partition -> partition.stats().corrupt())
                        .map(each -> new NodeVitals.Place(each.topic(), each.index()))
                        .toList();
        return new NodeVitals(
                clock.wallMs(), slow(), damaged.size(), damaged, metrics.mendedPlaces());
    }

    private List<NodeVitals.SlowDirectory> slow() {
        long nowNanos = clock.nanos();
        return directories.online().stream()
                .flatMap(
                        directory ->
                                directory.syncTimes().slowMs(nowNanos).stream()
                                        .mapToObj(
                                                ms ->
                                                        new NodeVitals.SlowDirectory(
                                                                directory.path().toString(), ms)))
                .toList();
    }
}
