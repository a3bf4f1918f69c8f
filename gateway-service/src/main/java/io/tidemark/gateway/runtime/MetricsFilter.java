package io.tidemark.gateway.runtime;

import io.tidemark.environment.Clock;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Times what WebFlux serves, as {@link DirectRoutes} times the rest. */
public final class MetricsFilter implements WebFilter, Ordered {

    private final RequestMetrics metrics;
    private final Clock clock;

    public MetricsFilter(RequestMetrics metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        long start = clock.nanos();
        exchange.getResponse()
                .beforeCommit(
                        () -> {
                            HttpStatusCode status = exchange.getResponse().getStatusCode();
                            metrics.answered(
                                    exchange.getRequest().getMethod().name(),
                                    route(exchange),
                                    status == null ? 200 : status.value(),
                                    clock.nanos() - start);
                            return Mono.empty();
                        });
        return chain.filter(exchange);
    }

    /** What is refused is counted, too. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    private static String route(ServerWebExchange exchange) {
        Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? "unknown" : pattern.toString();
    }
}
