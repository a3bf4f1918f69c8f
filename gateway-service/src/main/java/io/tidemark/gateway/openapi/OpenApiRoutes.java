package io.tidemark.gateway.openapi;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.api.RouteTable;
import io.tidemark.gateway.error.ApiError;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code /openapi}, and the page that reads it. */
public final class OpenApiRoutes implements RouteGroup {

    private final Supplier<RouteTable> table;
    private final String version;

    /**
     * @param table asked when a request comes: these routes are in it themselves
     */
    public OpenApiRoutes(Supplier<RouteTable> table, String version) {
        this.table = table;
        this.version = version;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/openapi")
                        .tag("Description")
                        .summary("This interface as an OpenAPI 3.1 document; a page for browsers")
                        .answers(200, "The document", Body.of("JsonObject"))
                        .servedBy(this::document),
                Route.get("/openapi/v3")
                        .tag("Description")
                        .summary("The same document, where Strimzi's bridge has its own")
                        .answers(200, "The document", Body.of("JsonObject"))
                        .servedBy(this::document),
                Route.get("/openapi/v2")
                        .tag("Description")
                        .summary("Not served: the description is one of OpenAPI 3.1")
                        .answers(410, "See /openapi/v3", Body.error())
                        .servedBy(
                                request ->
                                        Mono.error(
                                                new ApiError(
                                                                410,
                                                                410,
                                                                "This interface is not described in"
                                                                        + " OpenAPI 2; see /openapi/v3.")
                                                        .exception())),
                Route.get("/openapi/ui")
                        .tag("Description")
                        .summary("A page to read and try this interface")
                        .answers(200, "The page", Body.text("text/html", ""))
                        .servedBy(OpenApiRoutes::page));
    }

    private Mono<ServerResponse> document(ServerRequest request) {
        String accept = request.headers().firstHeader("Accept");
        if (accept != null && accept.contains("text/html")) {
            return ServerResponse.temporaryRedirect(URI.create("/openapi/ui")).build();
        }
        return ServerResponse.ok()
                .header("Content-Type", "application/json")
                .bodyValue(OpenApiDocument.of(table.get().routes(), version).toString());
    }

    private static Mono<ServerResponse> page(ServerRequest request) {
        return ServerResponse.ok()
                .header("Content-Type", "text/html; charset=utf-8")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline';"
                                + " script-src 'unsafe-inline'; img-src data:")
                .bodyValue(new ClassPathResource("openapi/page.html"));
    }
}
