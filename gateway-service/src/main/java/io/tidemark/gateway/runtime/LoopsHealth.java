package io.tidemark.gateway.runtime;

import io.tidemark.environment.Clock;
import io.tidemark.protocol.transport.LoopWatch;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Liveness: down where an event loop does not turn, which only a new process mends. */
public final class LoopsHealth implements HealthIndicator {
    private static final Duration STUCK_AFTER = Duration.ofSeconds(20);

    private final LoopWatch watch;

    public LoopsHealth(GatewayLoops loops, Clock clock) {
        this.watch = new LoopWatch(loops.group(), clock, STUCK_AFTER);
    }

    @Override
    public Health health() {
        int stuck = watch.stuck();
        return (stuck == 0 ? Health.up() : Health.down()).withDetail("stuck", stuck).build();
    }
}
