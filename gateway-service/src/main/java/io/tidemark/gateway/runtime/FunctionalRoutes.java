package io.tidemark.gateway.runtime;

import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteTable;
import io.tidemark.gateway.error.ApiError;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** The part of the route table that WebFlux serves, and what it answers where no route fits. */
public final class FunctionalRoutes {

    private FunctionalRoutes() {}

    public static RouterFunction<ServerResponse> of(RouteTable table) {
        RouterFunctions.Builder builder = RouterFunctions.route();
        Map<String, Set<HttpMethod>> methods = new LinkedHashMap<>();
        for (Route route : table.routes()) {
            List<HttpMethod> served = served(route);
            methods.computeIfAbsent(route.path(), path -> new LinkedHashSet<>()).addAll(served);
            if (route.handling() instanceof Route.Functional(var handler)) {
                builder.route(
                        RequestPredicates.methods(served.toArray(HttpMethod[]::new))
                                .and(RequestPredicates.path(route.path())),
                        checked(route, handler));
            }
        }
        methods.forEach(
                (path, allowed) ->
                        builder.route(
                                RequestPredicates.path(path),
                                request ->
                                        methodNotAllowed(
                                                request.method().name(), request.path(), allowed)));
        return builder.build();
    }

    /** A handler that is asked for nothing but what its route has declared. */
    private static HandlerFunction<ServerResponse> checked(
            Route route, HandlerFunction<ServerResponse> handler) {
        Declared declared = new Declared(route);
        return request -> {
            HttpServerRequest asked =
                    ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
            declared.check(asked.uri(), asked.requestHeaders());
            return handler.handle(request);
        };
    }

    /** Where a GET changes nothing, HEAD is answered by it; the body stays behind. */
    private static List<HttpMethod> served(Route route) {
        boolean head =
                switch (route.handling()) {
                    case Route.Functional functional -> route.method().equals(HttpMethod.GET);
                    case Route.Direct direct -> direct.answersHead();
                };
        return head ? List.of(HttpMethod.GET, HttpMethod.HEAD) : List.of(route.method());
    }

    private static Mono<ServerResponse> methodNotAllowed(
            String method, String path, Set<HttpMethod> allowed) {
        ApiError error = ApiError.methodNotAllowed(method, path);
        return ServerResponse.status(405)
                .header(
                        "Allow",
                        allowed.stream().map(HttpMethod::name).collect(Collectors.joining(", ")))
                .header("Content-Type", "application/json")
                .bodyValue(error.toJson());
    }
}
