package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.Reassignment;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/**
 * Many replicas at once: a plan for a set of brokers, and the moves of a plan. Ours, in the manner
 * of v3.
 */
final class V3Moves implements RouteGroup {
    private static final String PLAN = "/clusters/{cluster}/reassignments:plan";
    private static final String REASSIGNMENTS = "/clusters/{cluster}/reassignments";

    private final Cluster cluster;

    V3Moves(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(
                                PLAN,
                                "Where replicas should be, to fill or to empty brokers",
                                "KafkaReassignmentPlan")
                        .query(
                                "brokers",
                                "string",
                                "Ids of the brokers that shall have all replicas, as in 1,2,3; all"
                                        + " live ones where it is missing")
                        .description(
                                "Changes nothing. What it answers under `data` can be sent to"
                                        + " `reassignments` as it is, whole or in parts.")
                        .servedBy(this::plan),
                V3Routes.post(
                                REASSIGNMENTS,
                                "Move the replicas of many partitions",
                                """
                                {"type":"object","required":["reassignments"],"properties":{\
                                "reassignments":{"type":"array","items":{"type":"object",\
                                "properties":{"topic_name":{"type":"string"},"partition_id":\
                                {"type":"integer"},"replicas":{"type":"array","items":{"type":\
                                "integer"}}}}}}}""",
                                "{\"reassignments\":[{\"topic_name\":\"orders\",\"partition_id\":0,"
                                        + "\"replicas\":[2,3,4]}]}")
                        .answers(
                                202, "What became of each", Body.of("KafkaReassignmentOutcomeList"))
                        .servedBy(this::move));
    }

    private Mono<ServerResponse> plan(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        List<NodeImage> brokers =
                request.queryParam("brokers")
                        .map(ids -> named(ids, image))
                        .orElseGet(
                                () ->
                                        image.nodes().values().stream()
                                                .filter(NodeImage::live)
                                                .toList());
        return Mono.fromCallable(() -> moves(image, brokers))
                .subscribeOn(Schedulers.parallel()) // takes a while with many partitions
                .flatMap(
                        moves ->
                                Replies.v3(
                                        200,
                                        V3Links.list(
                                                "KafkaReassignmentPlan",
                                                request.uri().toString(),
                                                moves.stream().map(V3Moves::json).toList())));
    }

    private static ObjectNode json(ReassignmentPlan.Move move) {
        ObjectNode json =
                Replies.object().put("topic_name", move.topic()).put("partition_id", move.index());
        move.target().forEach(json.putArray("replicas")::add);
        move.now().forEach(json.putArray("current_replicas")::add);
        return json;
    }

    private List<ReassignmentPlan.Move> moves(ClusterImage image, List<NodeImage> brokers) {
        try {
            return ReassignmentPlan.of(image, brokers);
        } catch (IllegalArgumentException tooFew) {
            throw ApiError.badRequest(tooFew.getMessage() + ".").exception();
        }
    }

    private List<NodeImage> named(String ids, ClusterImage image) {
        List<NodeImage> brokers = new ArrayList<>();
        for (String id : ids.split(",", -1)) {
            brokers.add(cluster.node(image, id.strip()));
        }
        return brokers;
    }

    private Mono<ServerResponse> move(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        cluster.requireCluster(Operation.ALTER);
        return AdminBody.read(request, "reassignments")
                .flatMap(body -> cluster.change(new Command.Reassign(reassignments(body, image))))
                .flatMap(
                        outcome ->
                                Replies.v3(
                                        202,
                                        V3Links.list(
                                                "KafkaReassignmentOutcomeList",
                                                request.uri().toString(),
                                                outcomes(outcome))));
    }

    private List<Reassignment> reassignments(AdminBody body, ClusterImage image) {
        List<Reassignment> wanted = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (AdminBody one :
                body.objects(
                        "reassignments",
                        "topic_name",
                        "partition_id",
                        "replicas",
                        "current_replicas")) {
            TopicImage topic = cluster.topic(image, one.text("topic_name"), Operation.DESCRIBE);
            int index =
                    cluster.partition(topic, Integer.toString(one.integer("partition_id", -1)))
                            .index();
            one.only(named, topic.name() + "-" + index, "partition_id");
            wanted.add(new Reassignment(topic.id(), index, Optional.of(one.integers("replicas"))));
        }
        if (wanted.isEmpty()) {
            throw body.wrong("reassignments", "must not be empty");
        }
        return wanted;
    }

    private static List<ObjectNode> outcomes(Cluster.Outcome outcome) {
        List<ObjectNode> data = new ArrayList<>();
        for (PartitionOutcome each : V3Reassignments.altered(outcome.result())) {
            ObjectNode json =
                    Replies.object()
                            .put(
                                    "topic_name",
                                    outcome.image()
                                            .topic(each.topicId())
                                            .map(TopicImage::name)
                                            .orElse(""))
                            .put("partition_id", each.index());
            if (each.error() != 0) {
                json.put("error_code", ErrorCode.of(each.error()).restCode())
                        .put("message", each.message());
            }
            data.add(json);
        }
        return data;
    }
}
