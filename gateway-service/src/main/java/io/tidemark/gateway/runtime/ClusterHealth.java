package io.tidemark.gateway.runtime;

import io.tidemark.gateway.routing.ClusterView;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up once the cluster's metadata has come, and for good: what is known stays usable. */
public final class ClusterHealth implements HealthIndicator {

    private final ClusterView view;

    public ClusterHealth(ClusterView view) {
        this.view = view;
    }

    @Override
    public Health health() {
        Health.Builder health = view.ready() ? Health.up() : Health.outOfService();
        return health.withDetail("metadataVersion", view.image().version())
                .withDetail("topics", view.image().topics().size())
                .build();
    }
}
