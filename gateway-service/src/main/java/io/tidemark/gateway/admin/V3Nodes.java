package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Brokers are drained and forgotten. Ours, in the manner of v3. */
final class V3Nodes implements RouteGroup {
    private static final String BROKER = "/clusters/{cluster}/brokers/{broker}";
    private static final String DRAIN = BROKER + "/drain";

    private final Cluster cluster;

    V3Nodes(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(
                                DRAIN,
                                "Whether a broker drains, and what it still leads",
                                "KafkaBrokerDrain")
                        .servedBy(this::progress),
                V3Routes.post(
                                DRAIN,
                                "Have others take over what a broker leads",
                                "{\"type\":\"object\",\"properties\":{\"in_turn\":{\"type\":\"boolean\",\"default\":true}}}",
                                "{}")
                        .description(
                                "Leadership moves to other in-sync replicas at once, and nothing"
                                        + " new is given to the broker until it is restarted, or"
                                        + " this is taken back. Answers what it still leads because"
                                        + " nobody else can. One broker drains at a time: 409 while"
                                        + " another one does or has not caught up since, and while"
                                        + " partitions would be left with fewer in-sync replicas"
                                        + " than min.insync.replicas; in_turn false does it anyway.")
                        .answers(200, "What it still leads", Body.of("KafkaBrokerDrain"))
                        .servedBy(this::drain),
                V3Routes.delete(DRAIN, "Take a drain back").servedBy(this::resume),
                V3Routes.delete(BROKER, "Forget a broker that is gone and has no replicas")
                        .servedBy(this::forget));
    }

    private record Found(V3Links links, ClusterImage image, NodeImage node) {}

    private Found find(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        NodeImage node = cluster.node(image, request.pathVariable("broker"));
        return new Found(V3Links.of(request, image.clusterId()), image, node);
    }

    private Mono<ServerResponse> progress(ServerRequest request) {
        Found found = find(request);
        long leading =
                found.image
                        .partitions()
                        .filter(partition -> partition.leader() == found.node.id())
                        .count();
        return Replies.v3(200, json(found, found.node.draining(), leading));
    }

    private Mono<ServerResponse> drain(ServerRequest request) {
        Found found = find(request);
        cluster.requireCluster(Operation.ALTER);
        return AdminBody.read(request, "in_turn")
                .map(body -> body.flag("in_turn", true))
                .flatMap(inTurn -> cluster.change(drain(found.node, inTurn)))
                .flatMap(outcome -> Replies.v3(200, json(found, true, leading(outcome.result()))));
    }

    private static Command drain(NodeImage node, boolean inTurn) {
        return inTurn
                ? new Command.DrainInTurn(node.id(), node.epoch())
                : new Command.DrainNode(node.id(), node.epoch(), true);
    }

    private Mono<ServerResponse> resume(ServerRequest request) {
        Found found = find(request);
        cluster.requireCluster(Operation.ALTER);
        return cluster.change(new Command.DrainNode(found.node.id(), found.node.epoch(), false))
                .flatMap(outcome -> Replies.noContent());
    }

    private static int leading(CommandResult result) {
        if (result instanceof CommandResult.Drained drained) {
            return drained.leading();
        }
        throw new IllegalStateException("unexpected " + result);
    }

    private Mono<ServerResponse> forget(ServerRequest request) {
        Found found = find(request);
        cluster.requireCluster(Operation.ALTER);
        return cluster.change(new Command.UnregisterNode(found.node.id()))
                .flatMap(outcome -> Replies.noContent());
    }

    private static ObjectNode json(Found found, boolean draining, long leading) {
        String id = Integer.toString(found.node.id());
        return found.links
                .resource("KafkaBrokerDrain", List.of("broker", id), "brokers", id, "drain")
                .put("broker_id", found.node.id())
                .put("is_draining", draining)
                .put("partitions_led", leading);
    }
}
