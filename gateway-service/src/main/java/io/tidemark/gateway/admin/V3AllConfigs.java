package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Settings in v3 where {@code -} stands for all topics or brokers, and those of a new topic. */
final class V3AllConfigs implements RouteGroup {

    private static final String ALL_TOPICS = "/clusters/{cluster}/topics/-/configs";
    private static final String ALTER_SCHEMA =
            """
            {"type":"object","required":["data"],"properties":{"data":{"type":"array","items":\
            {"type":"object","required":["topic_name","configs"],"properties":{"topic_name":\
            {"type":"string"},"configs":{"type":"array","items":{"type":"object","required":\
            ["name"],"properties":{"name":{"type":"string"},"value":{"type":["string","null"]},\
            "operation":{"enum":["SET","DELETE","APPEND","SUBTRACT"]}}}}}}},"validate_only":\
            {"type":"boolean"}}}""";

    private final Cluster cluster;
    private final ConfigOwner.Topic topics;
    private final ConfigOwner.Broker brokers;

    V3AllConfigs(Cluster cluster) {
        this.cluster = cluster;
        this.topics = new ConfigOwner.Topic(cluster);
        this.brokers = new ConfigOwner.Broker(cluster);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(ALL_TOPICS, "The settings of all topics", "KafkaTopicConfigList")
                        .servedBy(this::ofAllTopics),
                V3Routes.post(
                                ALL_TOPICS + ":alter",
                                "Change settings of several topics",
                                ALTER_SCHEMA,
                                "{\"data\":[{\"topic_name\":\"orders\",\"configs\":[{\"name\":"
                                        + "\"retention.ms\",\"value\":\"3600000\"}]}]}")
                        .description("Each topic by itself: 207 names those that were refused.")
                        .answers(204, "Done", Route.Body.NONE)
                        .answers(
                                207,
                                "Some were refused; the others are changed",
                                Route.Body.of("TopicChangeFailures"))
                        .servedBy(this::alter),
                V3Routes.get(
                                "/clusters/{cluster}/brokers/-/configs",
                                "The settings of all brokers, broker by broker",
                                "KafkaBrokerConfigList")
                        .servedBy(this::ofAllBrokers),
                V3Routes.get(
                                "/clusters/{cluster}/topics/{topic}/default-configs",
                                "The settings that a new topic of this name would have",
                                "KafkaTopicConfigList")
                        .servedBy(this::ofNewTopic));
    }

    private Mono<ServerResponse> ofAllTopics(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data = new ArrayList<>();
        image.topics().keySet().stream()
                .filter(cluster::visible)
                .sorted()
                .forEach(name -> add(links, topics, name, topics.entries(image, name), data));
        return Replies.v3(
                200,
                V3Links.list("KafkaTopicConfigList", links.url("topics", "-", "configs"), data));
    }

    private Mono<ServerResponse> ofAllBrokers(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        cluster.requireCluster(Operation.DESCRIBE_CONFIGS);
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data = new ArrayList<>();
        image.nodes().values().stream()
                .map(NodeImage::id)
                .map(id -> Integer.toString(id))
                .forEach(id -> add(links, brokers, id, brokers.entries(image, id), data));
        return Replies.v3(
                200,
                V3Links.list("KafkaBrokerConfigList", links.url("brokers", "-", "configs"), data));
    }

    private static void add(
            V3Links links,
            ConfigOwner owner,
            String name,
            List<ConfigEntry> entries,
            List<ObjectNode> data) {
        entries.forEach(entry -> data.add(V3Configs.json(links, owner, name, entry)));
    }

    /** There need not be such a topic. Where there is none, its settings have no place either. */
    private Mono<ServerResponse> ofNewTopic(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = request.pathVariable("topic");
        cluster.requireTopic(Operation.DESCRIBE_CONFIGS, name);
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data = new ArrayList<>();
        add(
                links,
                topics,
                name,
                EffectiveConfigs.ofTopic(Map.of(), image, PartitionImage.NO_LEADER, Map.of())
                        .entries(),
                data);
        String self = links.url("topics", name, "default-configs");
        data.forEach(each -> ((ObjectNode) each.get("metadata")).put("self", self));
        return Replies.v3(200, V3Links.list("KafkaTopicConfigList", self, data));
    }

    private Mono<ServerResponse> alter(ServerRequest request) {
        cluster.describe(request.pathVariable("cluster"));
        return AdminBody.read(request, "data", "validate_only")
                .flatMap(
                        body -> {
                            boolean validateOnly = body.flag("validate_only");
                            return Flux.fromIterable(changes(body).entrySet())
                                    .concatMap(
                                            each ->
                                                    refusal(
                                                            each.getKey(),
                                                            each.getValue(),
                                                            validateOnly))
                                    .collectList();
                        })
                .flatMap(V3AllConfigs::answer);
    }

    private static Map<String, List<ConfigChange>> changes(AdminBody body) {
        Map<String, List<ConfigChange>> changes = new LinkedHashMap<>();
        for (AdminBody topic : body.objects("data", "topic_name", "configs")) {
            List<ConfigChange> configs = V3Configs.readChanges(topic, "configs");
            if (changes.put(topic.text("topic_name"), configs) != null) {
                throw topic.wrong("topic_name", "comes twice");
            }
        }
        if (changes.isEmpty()) {
            throw body.wrong("data", "has no changes");
        }
        return changes;
    }

    private record Refusal(String topic, ApiError error) {}

    /** Changes a topic; nothing comes where that is done. */
    private Mono<Refusal> refusal(String topic, List<ConfigChange> changes, boolean validateOnly) {
        return Mono.defer(
                        () -> {
                            cluster.topic(cluster.describe(), topic, Operation.ALTER_CONFIGS);
                            return cluster.change(topics.command(topic, changes, validateOnly));
                        })
                .flatMap(done -> Mono.<Refusal>empty())
                .onErrorResume(failure -> Mono.just(new Refusal(topic, ErrorMapping.of(failure))));
    }

    private static Mono<ServerResponse> answer(List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            return Replies.noContent();
        }
        ObjectNode json = Replies.object();
        ArrayNode failures = json.putArray("failures");
        for (Refusal refusal : refusals) {
            failures.addObject()
                    .put("topic_name", refusal.topic)
                    .put("error_code", refusal.error.errorCode())
                    .put("message", refusal.error.message());
        }
        return Replies.v3(207, json);
    }
}
