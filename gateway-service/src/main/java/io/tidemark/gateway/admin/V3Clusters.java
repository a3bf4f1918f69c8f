package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Clusters and brokers in v3. */
final class V3Clusters implements RouteGroup {

    private final Cluster cluster;

    V3Clusters(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get("/clusters", "The cluster, as a list", "KafkaClusterList")
                        .servedBy(this::clusters),
                V3Routes.get("/clusters/{cluster}", "The cluster", "KafkaCluster")
                        .servedBy(this::cluster),
                V3Routes.get("/clusters/{cluster}/brokers", "The brokers", "KafkaBrokerList")
                        .servedBy(this::brokers),
                V3Routes.get("/clusters/{cluster}/brokers/{broker}", "A broker", "KafkaBroker")
                        .servedBy(this::broker),
                V3Routes.get(
                                "/clusters/{cluster}/brokers/{broker}/partition-replicas",
                                "The replicas on a broker",
                                "KafkaReplicaList")
                        .servedBy(this::replicas));
    }

    private Mono<ServerResponse> clusters(ServerRequest request) {
        ClusterImage image = cluster.describe();
        V3Links links = V3Links.of(request, image.clusterId());
        return Replies.v3(
                200,
                V3Links.list(
                        "KafkaClusterList",
                        links.base() + "/clusters",
                        List.of(json(links, image))));
    }

    private Mono<ServerResponse> cluster(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        return Replies.v3(200, json(V3Links.of(request, image.clusterId()), image));
    }

    private static ObjectNode json(V3Links links, ClusterImage image) {
        ObjectNode json = links.resource("KafkaCluster", List.of());
        image.nodes().values().stream()
                .filter(node -> !node.fenced())
                .findFirst()
                .ifPresent(
                        node ->
                                links.relate(
                                        json,
                                        "controller",
                                        "brokers",
                                        Integer.toString(node.id())));
        links.relate(json, "acls", "acls");
        links.relate(json, "brokers", "brokers");
        links.relate(json, "broker_configs", "broker-configs");
        links.relate(json, "consumer_groups", "consumer-groups");
        links.relate(json, "topics", "topics");
        links.relate(
                json, "partition_reassignments", "topics", "-", "partitions", "-", "reassignment");
        return json;
    }

    private Mono<ServerResponse> brokers(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> brokers = new ArrayList<>();
        image.nodes().values().stream()
                .filter(node -> !node.fenced())
                .forEach(node -> brokers.add(json(links, node)));
        return Replies.v3(200, V3Links.list("KafkaBrokerList", links.url("brokers"), brokers));
    }

    private Mono<ServerResponse> broker(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        NodeImage node = cluster.node(image, request.pathVariable("broker"));
        return Replies.v3(200, json(V3Links.of(request, image.clusterId()), node));
    }

    private static ObjectNode json(V3Links links, NodeImage node) {
        String id = Integer.toString(node.id());
        ObjectNode json =
                links.resource("KafkaBroker", List.of("broker", id), "brokers", id)
                        .put("broker_id", node.id());
        NodeImage.Listener listener =
                node.listeners().isEmpty() ? null : node.listeners().getFirst();
        json.put("host", listener == null ? null : listener.host());
        json.put("port", listener == null ? null : Integer.valueOf(listener.port()));
        json.put("rack", node.rack().orElse(null));
        links.relate(json, "configs", "brokers", id, "configs");
        links.relate(json, "partition_replicas", "brokers", id, "partition-replicas");
        return json;
    }

    private Mono<ServerResponse> replicas(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        NodeImage node = cluster.node(image, request.pathVariable("broker"));
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> replicas = new ArrayList<>();
        image.topics().values().stream()
                .filter(topic -> cluster.visible(topic.name()))
                .forEach(
                        topic ->
                                topic.partitions().stream()
                                        .filter(p -> p.replicas().contains(node.id()))
                                        .forEach(
                                                p ->
                                                        replicas.add(
                                                                V3Partitions.replica(
                                                                        links, topic, p,
                                                                        node.id()))));
        return Replies.v3(
                200,
                V3Links.list(
                        "KafkaReplicaList",
                        links.url("brokers", Integer.toString(node.id()), "partition-replicas"),
                        replicas));
    }
}
