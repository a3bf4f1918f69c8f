package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Topics in v3. */
final class V3Topics implements RouteGroup {

    private static final String TOPICS = "/clusters/{cluster}/topics";
    private static final String TOPIC = TOPICS + "/{topic}";
    private static final int DEFAULT_PAGE_SIZE = 5_000;
    private static final int BY_THE_CLUSTER = -1;
    private static final String WITH_OPERATIONS = "include_authorized_operations";
    private static final String OPERATIONS =
            "Say in `authorized_operations` what may be done with a topic; else it is empty";

    private final Cluster cluster;

    V3Topics(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(TOPICS, "The topics", "KafkaTopicList")
                        .query(WITH_OPERATIONS, "boolean", OPERATIONS)
                        .query("page_size", "integer", "Topics on a page")
                        .query("page_token", "string", "From the link to the next page")
                        .servedBy(this::topics),
                V3Routes.post(
                                TOPICS,
                                "Create a topic",
                                """
                                {"type":"object","required":["topic_name"],"properties":{\
                                "topic_name":{"type":"string"},"partitions_count":{"type":\
                                "integer"},"replication_factor":{"type":"integer"},\
                                "replicas_assignments":{"type":"array"},"configs":{"type":\
                                "array","items":{"type":"object","properties":{"name":{"type":\
                                "string"},"value":{"type":["string","null"]}}}},\
                                "validate_only":{"type":"boolean"}}}""",
                                "{\"topic_name\":\"orders\",\"partitions_count\":3}")
                        .answers(201, "The topic", Body.of("KafkaTopic"))
                        .servedBy(this::create),
                V3Routes.get(TOPIC, "A topic", "KafkaTopic")
                        .query(WITH_OPERATIONS, "boolean", OPERATIONS)
                        .servedBy(this::topic),
                V3Routes.patch(
                                TOPIC,
                                "Add partitions to a topic",
                                """
                                {"type":"object","required":["partitions_count"],"properties":\
                                {"partitions_count":{"type":"integer"}}}""",
                                "{\"partitions_count\":6}",
                                "KafkaTopic")
                        .servedBy(this::grow),
                V3Routes.delete(TOPIC, "Delete a topic and its records").servedBy(this::delete));
    }

    private Mono<ServerResponse> topics(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        int pageSize =
                request.queryParam("page_size").map(V3Topics::pageSize).orElse(DEFAULT_PAGE_SIZE);
        String after = request.queryParam("page_token").orElse("");
        List<String> names =
                image.topics().keySet().stream()
                        .filter(name -> name.compareTo(after) > 0)
                        .filter(cluster::visible)
                        .sorted()
                        .limit(pageSize + 1L)
                        .toList();
        List<String> page = names.subList(0, Math.min(pageSize, names.size()));
        boolean withOperations = withOperations(request);
        String next =
                names.size() <= pageSize
                        ? null
                        : links.url("topics")
                                + "?page_size="
                                + pageSize
                                + (withOperations ? "&" + WITH_OPERATIONS + "=true" : "")
                                + "&page_token="
                                + UriUtils.encode(page.getLast(), "UTF-8");
        List<ObjectNode> data =
                page.stream()
                        .flatMap(name -> image.topic(name).stream())
                        .map(topic -> json(links, topic, withOperations))
                        .toList();
        return Replies.v3(200, V3Links.list("KafkaTopicList", links.url("topics"), next, data));
    }

    private static boolean withOperations(ServerRequest request) {
        return "true".equals(request.queryParam(WITH_OPERATIONS).orElse("false"));
    }

    private static int pageSize(String text) {
        try {
            int size = Integer.parseInt(text);
            if (size >= 1 && size <= 100_000) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ApiError.badRequest("page_size must be between 1 and 100000.").exception();
    }

    private Mono<ServerResponse> topic(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        return Replies.v3(
                200, json(V3Links.of(request, image.clusterId()), topic, withOperations(request)));
    }

    private Mono<ServerResponse> create(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        return AdminBody.read(
                        request,
                        "topic_name",
                        "partitions_count",
                        "replication_factor",
                        "replicas_assignments",
                        "configs",
                        "validate_only")
                .flatMap(
                        body -> {
                            Command.CreateTopic command = creation(body);
                            cluster.requireTopic(Operation.CREATE, command.name());
                            return cluster.change(command)
                                    .flatMap(outcome -> created(links, command, outcome));
                        });
    }

    private static Command.CreateTopic creation(AdminBody body) {
        Map<String, String> configs = new LinkedHashMap<>();
        Set<String> named = new HashSet<>();
        for (AdminBody config : body.objects("configs", "name", "value")) {
            String name = config.only(named, config.text("name"), "name");
            String value = config.textOrNull("value");
            if (value != null) {
                configs.put(name, value);
            }
        }
        List<List<Integer>> assignments = new ArrayList<>();
        for (AdminBody each : body.objects("replicas_assignments", "partition_id", "broker_ids")) {
            if (each.integer("partition_id", -1) != assignments.size()) {
                throw each.wrong("partition_id", "must count up from 0");
            }
            assignments.add(each.integers("broker_ids"));
        }
        return new Command.CreateTopic(
                body.text("topic_name"),
                body.integer("partitions_count", BY_THE_CLUSTER),
                body.integer("replication_factor", BY_THE_CLUSTER),
                assignments,
                configs,
                body.flag("validate_only"));
    }

    private static Mono<ServerResponse> created(
            V3Links links, Command.CreateTopic command, Cluster.Outcome outcome) {
        if (!(outcome.result() instanceof CommandResult.TopicCreated(TopicImage topic, long v))) {
            return Mono.error(new IllegalStateException("unexpected " + outcome.result()));
        }
        ObjectNode json = json(links, topic);
        if (command.validateOnly()) {
            return Replies.v3(200, json);
        }
        return ServerResponse.created(URI.create(links.url("topics", topic.name())))
                .header("Content-Type", "application/json")
                .bodyValue(json.toString());
    }

    private Mono<ServerResponse> grow(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = request.pathVariable("topic");
        cluster.topic(image, name, Operation.ALTER);
        V3Links links = V3Links.of(request, image.clusterId());
        return AdminBody.read(request, "partitions_count")
                .flatMap(
                        body -> {
                            int count = body.integer("partitions_count", 0);
                            if (count < 1) {
                                throw body.wrong("partitions_count", "must be at least 1");
                            }
                            return cluster.change(
                                    new Command.CreatePartitions(name, count, List.of(), false));
                        })
                .flatMap(
                        outcome ->
                                Replies.v3(
                                        200,
                                        json(
                                                links,
                                                outcome.image()
                                                        .topic(name)
                                                        .orElseThrow(
                                                                () ->
                                                                        ApiError.topicNotFound(name)
                                                                                .exception()))));
    }

    private Mono<ServerResponse> delete(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DELETE);
        return cluster.change(new Command.DeleteTopic(Optional.empty(), Optional.of(topic.id())))
                .flatMap(outcome -> Replies.noContent());
    }

    private static ObjectNode json(V3Links links, TopicImage topic) {
        String name = topic.name();
        ObjectNode json =
                links.resource("KafkaTopic", List.of("topic", name), "topics", name)
                        .put("topic_name", name)
                        .put("is_internal", false)
                        .put(
                                "replication_factor",
                                topic.partitions().isEmpty()
                                        ? 0
                                        : topic.partitions().getFirst().replicas().size())
                        .put("partitions_count", topic.partitions().size());
        links.relate(json, "partitions", "topics", name, "partitions");
        links.relate(json, "configs", "topics", name, "configs");
        links.relate(
                json, "partition_reassignments", "topics", name, "partitions", "-", "reassignment");
        json.putArray("authorized_operations");
        return json;
    }

    private ObjectNode json(V3Links links, TopicImage topic, boolean withOperations) {
        ObjectNode json = json(links, topic);
        if (withOperations) {
            ArrayNode operations = json.putArray("authorized_operations");
            cluster.allowed(topic.name()).forEach(each -> operations.add(each.name()));
        }
        return json;
    }
}
