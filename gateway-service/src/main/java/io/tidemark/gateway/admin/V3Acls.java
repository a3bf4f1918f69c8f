package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** v3's access rules, of which this cluster keeps none: refused with the reason. */
final class V3Acls implements RouteGroup {

    private static final String ACLS = "/clusters/{cluster}/acls";
    private static final String REASON =
            "No authorizer is configured: access rules (ACLs) are neither kept nor enforced here.";

    private static final List<String> FILTERS =
            List.of(
                    "resource_type",
                    "resource_name",
                    "pattern_type",
                    "principal",
                    "host",
                    "operation",
                    "permission");

    private final Cluster cluster;

    V3Acls(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                refused(filtered(Route.get(ACLS)), "Search access rules"),
                refused(Route.post(ACLS), "Create an access rule"),
                refused(filtered(Route.delete(ACLS)), "Delete access rules"),
                refused(Route.post(ACLS + ":batch"), "Create several access rules"));
    }

    private static Route.Builder filtered(Route.Builder route) {
        for (String name : FILTERS) {
            route.query(name, "string", "Of the rules");
        }
        return route;
    }

    private Route refused(Route.Builder route, String summary) {
        return route.tag("REST v3")
                .summary(summary)
                .description("Refused: this cluster has no authorizer.")
                .answers(501, "There is no authorizer", Body.error())
                .servedBy(this::refuse);
    }

    private Mono<ServerResponse> refuse(ServerRequest request) {
        cluster.describe(request.pathVariable("cluster"));
        return Mono.error(ApiError.notImplemented(REASON).exception());
    }
}
