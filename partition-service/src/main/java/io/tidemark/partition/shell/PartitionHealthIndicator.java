package io.tidemark.partition.shell;

import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.storage.LogDirectory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Names what is wrong: directories that failed, corrupt partitions, a lost session. */
final class PartitionHealthIndicator implements HealthIndicator {
    private static final Status DEGRADED = new Status("DEGRADED");
    private static final int MAX_NAMED = 20;

    private final PartitionRuntime runtime;

    PartitionHealthIndicator(PartitionRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Health health() {
        Map<String, String> offline =
                runtime.directories().all().stream()
                        .filter(directory -> !directory.online())
                        .collect(
                                Collectors.toMap(
                                        directory -> directory.path().toString(),
                                        PartitionHealthIndicator::cause));
        runtime.directories()
                .leftOut()
                .forEach((path, cause) -> offline.putIfAbsent(path.toString(), cause));
        List<String> corrupt =
                runtime.registry()
                        .all()
                        .filter(partition -> partition.stats().corrupt())
                        .map(Partition::toString)
                        .limit(MAX_NAMED)
                        .toList();
        Health.Builder health =
                runtime.active() ? Health.up() : Health.down().withDetail("session", "lost");
        Map<String, Long> slow = slowDirectories();
        Map<String, String> unusable = runtime.unusableLogs();
        if (runtime.active()
                && !(offline.isEmpty()
                        && corrupt.isEmpty()
                        && slow.isEmpty()
                        && unusable.isEmpty())) {
            health.status(DEGRADED);
        }
        if (!offline.isEmpty()) {
            health.withDetail("offlineLogDirectories", offline);
        }
        if (!corrupt.isEmpty()) {
            health.withDetail("corruptPartitions", corrupt);
        }
        if (!unusable.isEmpty()) {
            health.withDetail("unusableLogs", unusable);
        }
        if (!slow.isEmpty()) {
            health.withDetail("slowLogDirectoriesMs", slow);
        }
        health.withDetail("clockMs", runtime.clock().wallMs());
        return health.withDetail("partitions", runtime.registry().all().count()).build();
    }

    /** How long a sync takes there, in ms. */
    private Map<String, Long> slowDirectories() {
        Map<String, Long> slow = new HashMap<>();
        long nowNanos = runtime.clock().nanos();
        for (LogDirectory directory : runtime.directories().online()) {
            directory
                    .syncTimes()
                    .slowMs(nowNanos)
                    .ifPresent(ms -> slow.put(directory.path().toString(), ms));
        }
        return slow;
    }

    private static String cause(LogDirectory directory) {
        return directory.offlineCause().orElse("unknown");
    }
}
