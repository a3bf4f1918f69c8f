package io.tidemark.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A circuit breaker per node and lane: while a node does not answer, it is left alone for a moment
 * and its requests fail at once. Only connection failures and time-outs count; an error that the
 * node answered is an answer.
 */
public final class NodeBreakers {

    private static final CircuitBreakerConfig CONFIG =
            CircuitBreakerConfig.custom()
                    .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                    .slidingWindowSize(20)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(60)
                    .waitDurationInOpenState(Duration.ofMillis(500))
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .recordExceptions(IOException.class, TimeoutException.class)
                    .build();

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.of(CONFIG);

    CircuitBreaker of(int nodeId, Lane lane) {
        return registry.circuitBreaker("node-" + nodeId + "-" + lane.name());
    }

    /** All breakers, for metrics. */
    public CircuitBreakerRegistry registry() {
        return registry;
    }
}
