package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What v2 tells of brokers, topics and partitions. */
final class V2Metadata implements RouteGroup {

    private final Cluster cluster;
    private final Offsets offsets;

    V2Metadata(Cluster cluster, Offsets offsets) {
        this.cluster = cluster;
        this.offsets = offsets;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                get(
                                "/",
                                "Nothing but that this is up; browsers are sent to the admin UI",
                                "Root",
                                "{}")
                        .servedBy(V2Metadata::root),
                get("/brokers", "The ids of the brokers", "Brokers", "{\"brokers\":[1]}")
                        .servedBy(this::brokers),
                get("/topics", "The names of the topics", "TopicNames", "[\"orders\"]")
                        .servedBy(this::topics),
                get("/topics/{topic}", "A topic, its settings and partitions", "Topic", "")
                        .servedBy(this::topic),
                get("/topics/{topic}/partitions", "A topic's partitions", "Partitions", "")
                        .servedBy(this::partitions),
                get("/topics/{topic}/partitions/{partition}", "A partition", "Partition", "")
                        .servedBy(this::partition),
                get(
                                "/topics/{topic}/partitions/{partition}/offsets",
                                "The first offset, and the one after the last",
                                "PartitionOffsets",
                                "{\"beginning_offset\":0,\"end_offset\":10}")
                        .query("timeout", "integer", Offsets.TIMEOUT)
                        .servedBy(this::offsets));
    }

    private static Route.Builder get(String path, String summary, String schema, String example) {
        return Route.get(path)
                .tag("REST v2")
                .summary(summary)
                .answers(
                        200,
                        "As described",
                        new Body(
                                List.of("application/vnd.kafka.v2+json"),
                                Body.reference(schema),
                                example));
    }

    private static Mono<ServerResponse> root(ServerRequest request) {
        String accept = request.headers().firstHeader("Accept");
        return accept != null && accept.contains("text/html")
                ? ServerResponse.temporaryRedirect(URI.create("/ui/")).build()
                : Replies.v2(request, Replies.object());
    }

    private Mono<ServerResponse> brokers(ServerRequest request) {
        ArrayNode ids = Replies.array();
        cluster.describe().nodes().values().stream()
                .filter(node -> !node.fenced())
                .forEach(node -> ids.add(node.id()));
        return Replies.v2(request, Replies.object().set("brokers", ids));
    }

    private Mono<ServerResponse> topics(ServerRequest request) {
        ArrayNode names = Replies.array();
        cluster.describe().topics().keySet().stream()
                .filter(cluster::visible)
                .sorted()
                .forEach(names::add);
        return Replies.v2(request, names);
    }

    private Mono<ServerResponse> topic(ServerRequest request) {
        ClusterImage image = cluster.describe();
        TopicImage topic = find(request, image);
        ObjectNode json = Replies.object().put("name", topic.name());
        ObjectNode configs = json.putObject("configs");
        int leader = topic.partitions().getFirst().leader();
        for (ConfigEntry entry :
                EffectiveConfigs.ofTopic(image, topic, leader, Map.of()).entries()) {
            configs.put(entry.definition().name(), entry.value().orElse(null));
        }
        ArrayNode partitions = json.putArray("partitions");
        topic.partitions().forEach(partition -> partitions.add(json(partition)));
        return Replies.v2(request, json);
    }

    private Mono<ServerResponse> partitions(ServerRequest request) {
        ArrayNode json = Replies.array();
        find(request, cluster.describe()).partitions().forEach(p -> json.add(json(p)));
        return Replies.v2(request, json);
    }

    private Mono<ServerResponse> partition(ServerRequest request) {
        TopicImage topic = find(request, cluster.describe());
        return Replies.v2(
                request, json(cluster.partition(topic, request.pathVariable("partition"))));
    }

    private Mono<ServerResponse> offsets(ServerRequest request) {
        TopicImage topic = find(request, cluster.describe());
        int partition = cluster.partition(topic, request.pathVariable("partition")).index();
        Patience limit = offsets.patience(request);
        return Mono.zip(
                        offsets.find(topic.name(), partition, Offsets.EARLIEST, limit),
                        offsets.find(topic.name(), partition, Offsets.LATEST, limit))
                .flatMap(
                        both ->
                                Replies.v2(
                                        request,
                                        Replies.object()
                                                .put("beginning_offset", both.getT1().offset())
                                                .put("end_offset", both.getT2().offset())));
    }

    private TopicImage find(ServerRequest request, ClusterImage image) {
        return cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
    }

    private static ObjectNode json(PartitionImage partition) {
        ObjectNode json =
                Replies.object()
                        .put("partition", partition.index())
                        .put("leader", partition.leader());
        ArrayNode replicas = json.putArray("replicas");
        for (int broker : partition.replicas()) {
            replicas.addObject()
                    .put("broker", broker)
                    .put("leader", broker == partition.leader())
                    .put("in_sync", partition.isr().contains(broker));
        }
        return json;
    }
}
