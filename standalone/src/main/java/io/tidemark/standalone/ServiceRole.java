package io.tidemark.standalone;

import io.tidemark.coordinator.CoordinatorApplication;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.partition.PartitionApplication;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The services, as a process each. */
enum ServiceRole {
    COORDINATOR(
            CoordinatorApplication.class,
            CoordinatorApplication.DEFAULTS,
            List.of(Listener.COORDINATOR, Listener.MANAGEMENT)),
    NODE(
            PartitionApplication.class,
            PartitionApplication.DEFAULTS,
            List.of(Listener.KAFKA, Listener.MANAGEMENT)),
    GATEWAY(
            GatewayApplication.class,
            GatewayApplication.DEFAULTS,
            List.of(Listener.GATEWAY, Listener.MANAGEMENT));

    private final Class<?> application;
    private final Map<String, Object> defaults;
    private final List<Listener> listeners;

    ServiceRole(Class<?> application, Map<String, Object> defaults, List<Listener> listeners) {
        this.application = application;
        this.defaults = defaults;
        this.listeners = listeners;
    }

    /** By the word on the command line. */
    static Optional<ServiceRole> ofWord(String word) {
        for (ServiceRole role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The Spring application. */
    Class<?> application() {
        return application;
    }

    /** Weaker than any configuration. */
    Map<String, Object> defaults() {
        return defaults;
    }

    /** What it listens on. */
    List<Listener> listeners() {
        return listeners;
    }
}
