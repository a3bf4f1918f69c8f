package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /admin/topics}, by which clients of Strimzi's bridge create topics. */
final class BridgeTopics implements RouteGroup {

    private static final int BY_THE_CLUSTER = -1;
    private static final String SCHEMA =
            """
            {"type":"object","required":["topic_name"],"properties":{"topic_name":\
            {"type":"string"},"partitions_count":{"type":["integer","null"]},\
            "replication_factor":{"type":["integer","null"]}}}""";

    private final Cluster cluster;

    BridgeTopics(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/admin/topics")
                        .tag("REST v2")
                        .summary("Create a topic, as Strimzi's bridge does")
                        .description("With settings of its own: see REST v3.")
                        .takes(
                                new Body(
                                        List.of(
                                                "application/vnd.kafka.v2+json",
                                                "application/json"),
                                        SCHEMA,
                                        "{\"topic_name\":\"orders\",\"partitions_count\":3}"))
                        .answers(201, "Created", Body.NONE)
                        .servedBy(this::create));
    }

    private Mono<ServerResponse> create(ServerRequest request) {
        return AdminBody.read(request, "topic_name", "partitions_count", "replication_factor")
                .flatMap(
                        body -> {
                            String name = body.text("topic_name");
                            cluster.requireTopic(Operation.CREATE, name);
                            return cluster.change(
                                    new Command.CreateTopic(
                                            name,
                                            body.integer("partitions_count", BY_THE_CLUSTER),
                                            body.integer("replication_factor", BY_THE_CLUSTER),
                                            List.of(),
                                            Map.of(),
                                            false));
                        })
                .flatMap(outcome -> ServerResponse.status(201).build());
    }
}
