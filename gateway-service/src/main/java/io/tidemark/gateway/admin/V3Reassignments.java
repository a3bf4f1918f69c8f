package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.Reassignment;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replicas on the move, in v3. Reading is v3 as it is known; to begin and to cancel a move is ours.
 */
final class V3Reassignments implements RouteGroup {
    private static final String TOPICS = "/clusters/{cluster}/topics";
    private static final String PARTITIONS = TOPICS + "/{topic}/partitions";
    private static final String REASSIGNMENT = PARTITIONS + "/{partition}/reassignment";

    private final Cluster cluster;

    V3Reassignments(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(
                                TOPICS + "/-/partitions/-/reassignment",
                                "Replicas on the move, in all topics",
                                "KafkaReassignmentList")
                        .servedBy(this::ofAll),
                V3Routes.get(
                                PARTITIONS + "/-/reassignment",
                                "Replicas on the move, in a topic",
                                "KafkaReassignmentList")
                        .servedBy(this::ofTopic),
                V3Routes.get(
                                REASSIGNMENT,
                                "Replicas on the move, of a partition",
                                "KafkaReassignment")
                        .servedBy(this::ofPartition),
                V3Routes.post(
                                REASSIGNMENT,
                                "Move a partition's replicas to other brokers",
                                """
                                {"type":"object","required":["replicas"],"properties":{\
                                "replicas":{"type":"array","items":{"type":"integer"},\
                                "description":"The brokers it shall be on, the preferred leader \
                                first"}}}""",
                                "{\"replicas\":[2,3,4]}")
                        .answers(
                                202,
                                "It is under way, or done already",
                                Body.of("KafkaReassignment"))
                        .servedBy(this::begin),
                V3Routes.delete(REASSIGNMENT, "Leave a partition's replicas where they were")
                        .servedBy(this::cancel));
    }

    private Mono<ServerResponse> ofAll(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        Stream<TopicImage> topics =
                image.topics().values().stream()
                        .filter(topic -> cluster.visible(topic.name()))
                        .sorted(Comparator.comparing(TopicImage::name));
        return list(request, image, topics);
    }

    private Mono<ServerResponse> ofTopic(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        return list(
                request,
                image,
                Stream.of(cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE)));
    }

    private static Mono<ServerResponse> list(
            ServerRequest request, ClusterImage image, Stream<TopicImage> topics) {
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data =
                topics.flatMap(
                                topic ->
                                        topic.partitions().stream()
                                                .filter(PartitionImage::reassigning)
                                                .map(moving -> json(links, topic, moving)))
                        .toList();
        return Replies.v3(
                200, V3Links.list("KafkaReassignmentList", request.uri().toString(), data));
    }

    private Mono<ServerResponse> ofPartition(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        PartitionImage partition = cluster.partition(topic, request.pathVariable("partition"));
        if (!partition.reassigning()) {
            throw ApiError.notFound(
                            "Partition %d of '%s' is not being reassigned."
                                    .formatted(partition.index(), topic.name()))
                    .exception();
        }
        return Replies.v3(200, json(V3Links.of(request, image.clusterId()), topic, partition));
    }

    private Mono<ServerResponse> begin(ServerRequest request) {
        Target target = target(request);
        return AdminBody.read(request, "replicas")
                .flatMap(body -> reassign(target, Optional.of(body.integers("replicas"))))
                .flatMap(partition -> Replies.v3(202, json(target.links, target.topic, partition)));
    }

    private Mono<ServerResponse> cancel(ServerRequest request) {
        return reassign(target(request), Optional.empty())
                .flatMap(partition -> Replies.noContent());
    }

    private record Target(V3Links links, TopicImage topic, int index) {}

    private Target target(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        cluster.requireCluster(Operation.ALTER);
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        int index = cluster.partition(topic, request.pathVariable("partition")).index();
        return new Target(V3Links.of(request, image.clusterId()), topic, index);
    }

    private Mono<PartitionImage> reassign(Target target, Optional<List<Integer>> replicas) {
        Reassignment wanted = new Reassignment(target.topic.id(), target.index, replicas);
        return cluster.change(new Command.Reassign(List.of(wanted)))
                .map(
                        outcome ->
                                altered(outcome.result()).stream()
                                        .findFirst()
                                        .map(V3Reassignments::accepted)
                                        .orElseThrow());
    }

    /** The outcomes of a command over partitions. */
    static List<PartitionOutcome> altered(CommandResult result) {
        if (result instanceof CommandResult.PartitionsAltered altered) {
            return altered.outcomes();
        }
        throw new IllegalStateException("unexpected " + result);
    }

    private static PartitionImage accepted(PartitionOutcome outcome) {
        if (outcome.error() != 0 || outcome.partition().isEmpty()) {
            throw ApiError.of(ErrorCode.of(outcome.error()), outcome.message()).exception();
        }
        return outcome.partition().get();
    }

    private static ObjectNode json(V3Links links, TopicImage topic, PartitionImage partition) {
        String id = Integer.toString(partition.index());
        ObjectNode json =
                links.resource(
                                "KafkaReassignment",
                                List.of("topic", topic.name(), "partition", id, "reassignment", ""),
                                "topics",
                                topic.name(),
                                "partitions",
                                id,
                                "reassignment")
                        .put("topic_name", topic.name())
                        .put("partition_id", partition.index());
        numbers(json.putArray("adding_replicas"), partition.adding());
        numbers(json.putArray("removing_replicas"), partition.removing());
        links.relate(json, "replicas", "topics", topic.name(), "partitions", id, "replicas");
        return json;
    }

    private static void numbers(ArrayNode array, List<Integer> ids) {
        for (int id : ids) {
            array.add(id);
        }
    }
}
