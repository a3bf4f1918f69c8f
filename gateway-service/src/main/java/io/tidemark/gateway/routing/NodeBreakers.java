package io.tidemark.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.tidemark.protocol.client.ClientBusyException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A circuit breaker per node and lane: while a node does not answer, it is left alone for a moment
 * and its requests fail at once. Only connection failures and time-outs count; an error that the
 * node answered is an answer, and a connection with too much to send says nothing of the node.
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
                    .ignoreExceptions(ClientBusyException.class)
                    .build();

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.of(CONFIG);

    CircuitBreaker of(int nodeId, Lane lane) {
        return registry.circuitBreaker(prefix(nodeId) + lane.name());
    }

    /** The node was found not to answer: no lane need find out for itself. */
    void open(int nodeId) {
        for (CircuitBreaker each : registry.getAllCircuitBreakers()) {
            if (each.getName().startsWith(prefix(nodeId))
                    && each.getState() == CircuitBreaker.State.CLOSED) {
                each.transitionToOpenState();
            }
        }
    }

    /** The node has come back: its past counts no more. */
    void reset(int nodeId) {
        for (CircuitBreaker each : registry.getAllCircuitBreakers()) {
            if (each.getName().startsWith(prefix(nodeId))) {
                each.reset();
            }
        }
    }

    private static String prefix(int nodeId) {
        return "node-" + nodeId + "-";
    }

    /** All breakers, for metrics. */
    public CircuitBreakerRegistry registry() {
        return registry;
    }
}
