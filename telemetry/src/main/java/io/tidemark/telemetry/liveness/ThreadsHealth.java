package io.tidemark.telemetry.liveness;

import io.tidemark.environment.thread.ThreadWatch;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down where a thread that owns something hangs or is dead, which only a new process mends. */
final class ThreadsHealth implements HealthIndicator {
    private final ThreadWatch watch;

    ThreadsHealth(ThreadWatch watch) {
        this.watch = watch;
    }

    @Override
    public Health health() {
        Map<String, Long> silent = watch.silent();
        Health.Builder health = silent.isEmpty() ? Health.up() : Health.down();
        if (!silent.isEmpty()) {
            health.withDetail("silentMs", silent);
        }
        return health.withDetail("watched", watch.size()).build();
    }
}
