package io.tidemark.gateway.runtime;

import io.netty.handler.codec.http.HttpMethod;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.api.PathTemplate;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteTable;
import io.tidemark.gateway.edge.Gate;
import io.tidemark.gateway.edge.RequestIds;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.DirectErrors;
import io.tidemark.gateway.error.ErrorMapping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Serves the busiest routes straight from Reactor Netty, before WebFlux sees them; the same errors,
 * metrics and description as all others.
 */
public final class DirectRoutes implements NettyRouteProvider {

    private final List<Entry> entries = new ArrayList<>();
    private final RequestMetrics metrics;
    private final Gate gate;
    private final RateLimitFilter limits;
    private final Clock clock;

    private record Entry(
            HttpMethod method,
            PathTemplate template,
            Route route,
            Declared declared,
            Route.Direct how) {

        boolean takes(HttpMethod asked) {
            return method.equals(asked) || how.answersHead() && asked.equals(HttpMethod.HEAD);
        }
    }

    private record Match(Entry entry, List<String> variables) {}

    public DirectRoutes(
            RouteTable table,
            RequestMetrics metrics,
            Gate gate,
            RateLimitFilter limits,
            Clock clock) {
        this.metrics = metrics;
        this.gate = gate;
        this.limits = limits;
        this.clock = clock;
        for (Route route : table.routes()) {
            if (route.handling() instanceof Route.Direct direct) {
                entries.add(
                        new Entry(
                                HttpMethod.valueOf(route.method().name()),
                                new PathTemplate(route.path()),
                                route,
                                new Declared(route),
                                direct));
            }
        }
    }

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return routes.route(request -> match(request) != null, this::serve);
    }

    private @Nullable Match match(HttpServerRequest request) {
        for (Entry entry : entries) {
            if (entry.takes(request.method())) {
                List<String> variables = entry.template.match(request.uri());
                if (variables != null) {
                    return new Match(entry, variables);
                }
            }
        }
        return null;
    }

    private Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response) {
        Match match = match(request);
        if (match == null) {
            return response.sendNotFound();
        }
        long start = clock.nanos();
        return handle(match, request, response)
                .onErrorResume(
                        failure -> {
                            if (response.hasSentHeaders()
                                    && AbortedException.isConnectionReset(failure)) {
                                // The client has gone: nobody takes it for a whole answer.
                                return Mono.empty();
                            }
                            ApiError error = ErrorMapping.of(failure, name(match, response));
                            return response.hasSentHeaders()
                                    ? Mono.error(error.exception())
                                    : DirectErrors.send(request, response, error);
                        })
                .doFinally(
                        signal ->
                                metrics.answered(
                                        match.entry.route.method().name(),
                                        match.entry.route.path(),
                                        response.status().code(),
                                        clock.nanos() - start));
    }

    private static String name(Match match, HttpServerResponse response) {
        return "%s %s (%s)"
                .formatted(
                        match.entry.route.method(),
                        match.entry.route.path(),
                        response.responseHeaders().get(RequestIds.HEADER));
    }

    private Mono<Void> handle(Match match, HttpServerRequest request, HttpServerResponse response) {
        ApiError refusal = gate.refusal(request, response);
        if (refusal == null) {
            refusal = limits.refusal(request, response);
        }
        if (refusal != null) {
            return Mono.error(refusal.exception());
        }
        try {
            match.entry.declared.check(request.uri(), request.requestHeaders());
            return Mono.from(match.entry.how.handler().handle(request, response, match.variables));
        } catch (RuntimeException e) {
            return Mono.error(e);
        }
    }
}
