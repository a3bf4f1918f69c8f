package io.tidemark.partition.shell;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of readiness: out of service until the node has caught up for the first time since its
 * start, and up for good from then on. Losing its place in an ISR later says more of the cluster
 * than of the node, and would make every node unready at once.
 */
final class CaughtUpIndicator implements HealthIndicator {
    private final BooleanSupplier caughtUp;
    private volatile boolean latched;

    /**
     * @param caughtUp asked until it is true; any thread
     */
    CaughtUpIndicator(BooleanSupplier caughtUp) {
        this.caughtUp = caughtUp;
    }

    @Override
    public Health health() {
        latched |= caughtUp.getAsBoolean();
        return latched
                ? Health.up().build()
                : Health.outOfService().withDetail("waitsFor", "its replicas to catch up").build();
    }
}
