package io.tidemark.gateway.runtime;

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
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

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
                        handler);
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

    /** Where a GET changes nothing, HEAD is answered by it; the body stays behind. */
    private static List<HttpMethod> served(Route route) {
        return route.handling() instanceof Route.Functional && route.method().equals(HttpMethod.GET)
                ? List.of(HttpMethod.GET, HttpMethod.HEAD)
                : List.of(route.method());
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
