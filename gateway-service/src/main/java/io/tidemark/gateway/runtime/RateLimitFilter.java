package io.tidemark.gateway.runtime;

import io.netty.channel.Channel;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.Meter;
import io.tidemark.gateway.limit.RateLimits;
import io.tidemark.gateway.security.Access;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Holds every request to its limits: those that WebFlux serves, and those that it does not. */
public final class RateLimitFilter implements WebFilter, Ordered {

    private static final String POLICY = "RateLimit-Policy";
    private static final String LEFT = "RateLimit";

    private final RateLimits limits;

    public RateLimitFilter(RateLimits limits) {
        this.limits = limits;
    }

    /** Lets a direct request in; or the refusal. */
    @Nullable ApiError refusal(HttpServerRequest request, HttpServerResponse response) {
        if (limits.unlimited()) {
            return null;
        }
        Meter meter = meter(request);
        if (meter == null) {
            return null;
        }
        RateLimits.Admission admission = limits.admit(meter, Access.ANONYMOUS);
        response.header(POLICY, limits.policy()).header(LEFT, admission.left());
        return admission.refusal();
    }

    private static @Nullable Meter meter(HttpServerRequest request) {
        Channel[] channel = new Channel[1];
        request.withConnection(connection -> channel[0] = connection.channel());
        return Meter.of(channel[0]);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (limits.unlimited()) {
            return chain.filter(exchange);
        }
        Meter meter = meter(nativeRequest(exchange.getRequest()));
        if (meter == null) {
            return chain.filter(exchange);
        }
        RateLimits.Admission admission = limits.admit(meter, Access.ANONYMOUS);
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(POLICY, limits.policy());
        headers.set(LEFT, admission.left());
        ApiError refusal = admission.refusal();
        return refusal == null ? chain.filter(exchange) : Mono.error(refusal.exception());
    }

    private static HttpServerRequest nativeRequest(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request);
    }

    /** After the one that times requests. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
