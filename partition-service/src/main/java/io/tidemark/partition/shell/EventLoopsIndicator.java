package io.tidemark.partition.shell;

import io.tidemark.protocol.transport.LoopWatch;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Liveness: down where an event loop does not turn, which only a new process mends. */
final class EventLoopsIndicator implements HealthIndicator {
    private final LoopWatch watch;

    EventLoopsIndicator(LoopWatch watch) {
        this.watch = watch;
    }

    @Override
    public Health health() {
        int stuck = watch.stuck();
        return (stuck == 0 ? Health.up() : Health.down()).withDetail("stuck", stuck).build();
    }
}
