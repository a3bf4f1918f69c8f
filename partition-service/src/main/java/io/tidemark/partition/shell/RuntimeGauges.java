package io.tidemark.partition.shell;

import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.runtime.PartitionRuntime;

/** What is counted when metrics are collected. */
final class RuntimeGauges {

    private RuntimeGauges() {}

    static void register(PartitionRuntime runtime, PartitionMetrics metrics) {
        metrics.gauge(
                "partitions", "Partitions stored here", () -> runtime.registry().all().count());
        metrics.gauge(
                "log.size.bytes",
                "Bytes of all logs, as of the last housekeeping",
                () ->
                        runtime.registry()
                                .all()
                                .mapToLong(partition -> partition.stats().sizeBytes())
                                .sum());
        metrics.gauge(
                "log.directories.offline",
                "Log directories that have failed",
                () -> runtime.directories().all().size() - runtime.directories().online().size());
        metrics.gauge(
                "corrupt.partitions",
                "Partitions in which corruption was found",
                () ->
                        runtime.registry()
                                .all()
                                .filter(partition -> partition.stats().corrupt())
                                .count());
        metrics.gauge(
                "active",
                "1 while the coordinator counts on this node",
                () -> runtime.active() ? 1 : 0);
        metrics.gauge(
                "metadata.version",
                "Version of the metadata acted upon",
                () -> runtime.view().image().version());
    }
}
