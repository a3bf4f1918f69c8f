package io.tidemark.telemetry.process;

import java.util.HashMap;
import java.util.Map;

/** Spring's properties of a service as a process of its own, weaker than any configuration. */
public final class ProcessDefaults {

    private static final Map<String, Object> OF_ALL =
            Map.of(
                    "server.address", "127.0.0.1",
                    "management.server.address", "127.0.0.1",
                    "management.server.port", "9404",
                    "management.endpoints.web.exposure.include", "health,prometheus",
                    "management.endpoint.health.show-details", "always",
                    "management.endpoint.health.probes.enabled", "true",
                    "management.endpoint.health.group.liveness.include", "livenessState,threads",
                    // Requests have ended by then: to wait for more would only make stops longer.
                    "spring.reactor.netty.shutdown-quiet-period", "0s");

    private ProcessDefaults() {}

    /** Loopback, health and metrics, and what else the service has. */
    public static Map<String, Object> with(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(OF_ALL);
        all.putAll(own);
        return Map.copyOf(all);
    }
}
