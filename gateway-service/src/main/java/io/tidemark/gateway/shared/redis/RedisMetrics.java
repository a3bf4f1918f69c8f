package io.tidemark.gateway.shared.redis;

import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Calls by operation and outcome, the breaker's state. Any thread. */
public final class RedisMetrics {

    /** How a call ended. */
    enum Outcome {
        OK,
        /** Redis did not answer in time, or answered with an error. */
        FAILED,
        /** Not sent: the breaker is open, or there is no connection yet. */
        REJECTED
    }

    private record Key(String operation, Outcome outcome) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    public RedisMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void called(String operation, Outcome outcome, long nanos) {
        timers.computeIfAbsent(new Key(operation, outcome), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Key key) {
        return Timer.builder("tidemark.gateway.redis.calls")
                .description("Calls to Redis, until their answer or failure")
                .tag("operation", key.operation)
                .tag("outcome", key.outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void watch(RedisLink link) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(link.breakers()).bindTo(registry);
        Gauge.builder("tidemark.gateway.redis.available", link, l -> l.available() ? 1 : 0)
                .description("1 while Redis is connected and its breaker is not open")
                .register(registry);
    }
}
