package io.tidemark.gateway.shared;

import io.tidemark.gateway.shared.redis.RedisLink;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Degraded while Redis is away: records flow on, and what gateways share does not. */
public final class RedisHealth implements HealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");

    private final RedisLink link;

    public RedisHealth(RedisLink link) {
        this.link = link;
    }

    @Override
    public Health health() {
        Health.Builder health = link.available() ? Health.up() : Health.status(DEGRADED);
        health.withDetail("redis", link.address()).withDetail("breaker", link.state());
        if (!link.available()) {
            health.withDetail("cause", link.lastFailure())
                    .withDetail("idempotencyKeys", "answered by 503")
                    .withDetail("limits", "hold for each gateway alone");
        }
        return health.build();
    }
}
