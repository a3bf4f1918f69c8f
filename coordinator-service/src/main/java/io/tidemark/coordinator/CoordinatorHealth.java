package io.tidemark.coordinator;

import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.environment.Clock;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up while commands can be answered: this coordinator leads, or knows who does. */
final class CoordinatorHealth implements HealthIndicator {
    private final Coordinator coordinator;
    private final Clock clock;

    CoordinatorHealth(Coordinator coordinator, Clock clock) {
        this.coordinator = coordinator;
        this.clock = clock;
    }

    @Override
    public Health health() {
        Leadership leadership = coordinator.leadership();
        boolean led =
                coordinator.isReady() || !leadership.leading() && leadership.leaderId().isPresent();
        return (led ? Health.up() : Health.outOfService())
                .withDetail("leader", leadership.leaderId().orElse("none"))
                .withDetail("metadataVersion", coordinator.image().version())
                .withDetail("clockMs", clock.wallMs())
                .build();
    }
}
