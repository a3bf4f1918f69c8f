package io.tidemark.coordinator;

import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.runtime.Coordinator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of readiness: out of service until this coordinator has known a leader for the first time
 * since its start, and up for good from then on. A lost majority is told by {@link
 * CoordinatorHealth} and by alerts; taking all coordinators out of service would not mend it.
 */
final class LedIndicator implements HealthIndicator {
    private final Coordinator coordinator;
    private volatile boolean latched;

    LedIndicator(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public Health health() {
        Leadership leadership = coordinator.leadership();
        latched |=
                coordinator.isReady() || !leadership.leading() && leadership.leaderId().isPresent();
        return latched
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("waitsFor", "a majority of the coordinators")
                        .build();
    }
}
