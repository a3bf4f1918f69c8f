package io.tidemark.gateway.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times requests by route and status: {@code tidemark.gateway.requests}. Any thread. */
public final class RequestMetrics {

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    private record Key(String method, String route, int status) {}

    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Counts an answered request.
     *
     * @param route the path with its variables unfilled, so that their number stays bounded
     */
    public void answered(String method, String route, int status, long nanos) {
        timers.computeIfAbsent(new Key(method, route, status), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder("tidemark.gateway.requests")
                .description("HTTP requests, until the answer was begun")
                .tag("method", key.method)
                .tag("route", key.route)
                .tag("status", Integer.toString(key.status))
                .register(registry);
    }
}
