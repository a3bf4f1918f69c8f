package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Partitions, replicas and offsets in v3. */
final class V3Partitions implements RouteGroup {

    private static final String TOPICS = "/clusters/{cluster}/topics";
    private static final String PARTITIONS = TOPICS + "/{topic}/partitions";
    private static final String PARTITION = PARTITIONS + "/{partition}";

    private final Cluster cluster;
    private final Offsets offsets;

    V3Partitions(Cluster cluster, Offsets offsets) {
        this.cluster = cluster;
        this.offsets = offsets;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(PARTITIONS, "A topic's partitions", "KafkaPartitionList")
                        .servedBy(this::partitions),
                V3Routes.get(PARTITION, "A partition", "KafkaPartition").servedBy(this::partition),
                V3Routes.get(
                                TOPICS + "/-/replicas",
                                "The replicas of all partitions",
                                "KafkaReplicaList")
                        .servedBy(this::allReplicas),
                V3Routes.get(PARTITION + "/replicas", "A partition's replicas", "KafkaReplicaList")
                        .servedBy(this::replicas),
                V3Routes.get(PARTITION + "/replicas/{broker}", "A replica", "KafkaReplica")
                        .servedBy(this::replica),
                V3Routes.get(
                                PARTITION + "/offset",
                                "The first offset, and the one after the last",
                                "KafkaPartitionOffset")
                        .query(
                                "timestamp",
                                "integer",
                                "Milliseconds since 1970: also the first record at that time or"
                                        + " later")
                        .query("timeout", "integer", Offsets.TIMEOUT)
                        .servedBy(this::offset));
    }

    private record Found(ClusterImage image, TopicImage topic, V3Links links) {}

    private Found find(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        return new Found(image, topic, V3Links.of(request, image.clusterId()));
    }

    private Mono<ServerResponse> partitions(ServerRequest request) {
        Found found = find(request);
        List<ObjectNode> data =
                found.topic.partitions().stream()
                        .map(partition -> json(found.links, found.topic, partition))
                        .toList();
        return Replies.v3(
                200,
                V3Links.list(
                        "KafkaPartitionList",
                        found.links.url("topics", found.topic.name(), "partitions"),
                        data));
    }

    private Mono<ServerResponse> partition(ServerRequest request) {
        Found found = find(request);
        return Replies.v3(
                200,
                json(
                        found.links,
                        found.topic,
                        cluster.partition(found.topic, request.pathVariable("partition"))));
    }

    private static ObjectNode json(V3Links links, TopicImage topic, PartitionImage partition) {
        String id = Integer.toString(partition.index());
        String[] path = {"topics", topic.name(), "partitions", id};
        ObjectNode json =
                links.resource(
                                "KafkaPartition",
                                List.of("topic", topic.name(), "partition", id),
                                path)
                        .put("topic_name", topic.name())
                        .put("partition_id", partition.index());
        if (partition.leader() != PartitionImage.NO_LEADER) {
            links.relate(
                    json,
                    "leader",
                    "topics",
                    topic.name(),
                    "partitions",
                    id,
                    "replicas",
                    Integer.toString(partition.leader()));
        }
        links.relate(json, "replicas", "topics", topic.name(), "partitions", id, "replicas");
        if (partition.reassigning()) {
            links.relate(
                    json, "reassignment", "topics", topic.name(), "partitions", id, "reassignment");
        }
        return json;
    }

    private Mono<ServerResponse> replicas(ServerRequest request) {
        Found found = find(request);
        PartitionImage partition =
                cluster.partition(found.topic, request.pathVariable("partition"));
        List<ObjectNode> data = new ArrayList<>();
        partition
                .replicas()
                .forEach(broker -> data.add(replica(found.links, found.topic, partition, broker)));
        return Replies.v3(
                200,
                V3Links.list(
                        "KafkaReplicaList",
                        found.links.url(
                                "topics",
                                found.topic.name(),
                                "partitions",
                                Integer.toString(partition.index()),
                                "replicas"),
                        data));
    }

    private Mono<ServerResponse> allReplicas(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data = new ArrayList<>();
        image.topics().values().stream()
                .filter(topic -> cluster.visible(topic.name()))
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                p ->
                                                        p.replicas()
                                                                .forEach(
                                                                        id ->
                                                                                data.add(
                                                                                        replica(
                                                                                                links,
                                                                                                topic,
                                                                                                p,
                                                                                                id)))));
        return Replies.v3(
                200, V3Links.list("KafkaReplicaList", links.url("topics", "-", "replicas"), data));
    }

    private Mono<ServerResponse> replica(ServerRequest request) {
        Found found = find(request);
        PartitionImage partition =
                cluster.partition(found.topic, request.pathVariable("partition"));
        String text = request.pathVariable("broker");
        int broker =
                partition.replicas().stream()
                        .filter(id -> Integer.toString(id).equals(text))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        ApiError.notFound(
                                                        "Replica on broker " + text + " not found.")
                                                .exception());
        return Replies.v3(200, replica(found.links, found.topic, partition, broker));
    }

    static ObjectNode replica(
            V3Links links, TopicImage topic, PartitionImage partition, int broker) {
        String id = Integer.toString(partition.index());
        String brokerId = Integer.toString(broker);
        ObjectNode json =
                links.resource(
                                "KafkaReplica",
                                List.of(
                                        "topic",
                                        topic.name(),
                                        "partition",
                                        id,
                                        "replica",
                                        brokerId),
                                "topics",
                                topic.name(),
                                "partitions",
                                id,
                                "replicas",
                                brokerId)
                        .put("topic_name", topic.name())
                        .put("partition_id", partition.index())
                        .put("broker_id", broker)
                        .put("is_leader", broker == partition.leader())
                        .put("is_in_sync", partition.isr().contains(broker));
        links.relate(json, "broker", "brokers", brokerId);
        return json;
    }

    private Mono<ServerResponse> offset(ServerRequest request) {
        Found found = find(request);
        String topic = found.topic.name();
        int partition = cluster.partition(found.topic, request.pathVariable("partition")).index();
        String id = Integer.toString(partition);
        ObjectNode json =
                found.links
                        .resource(
                                "KafkaPartitionOffset",
                                List.of("topic", topic, "partition", id),
                                "topics",
                                topic,
                                "partitions",
                                id,
                                "offset")
                        .put("topic_name", topic)
                        .put("partition_id", partition);
        Patience limit = offsets.patience(request);
        Mono<ObjectNode> ends =
                Mono.zip(
                        offsets.find(topic, partition, Offsets.EARLIEST, limit),
                        offsets.find(topic, partition, Offsets.LATEST, limit),
                        (first, last) ->
                                json.put("earliest_offset", first.offset())
                                        .put("latest_offset", last.offset()));
        String timestamp = request.queryParam("timestamp").orElse(null);
        if (timestamp == null) {
            return ends.flatMap(both -> Replies.v3(200, both));
        }
        long timestampMs = timestamp(timestamp);
        return ends.flatMap(both -> offsets.find(topic, partition, timestampMs, limit))
                .flatMap(
                        at ->
                                Replies.v3(
                                        200,
                                        json.put("offset", at.offset())
                                                .put("timestamp", at.timestampMs())));
    }

    private static long timestamp(String text) {
        try {
            long timestampMs = Long.parseLong(text);
            if (timestampMs >= 0) {
                return timestampMs;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ApiError.badRequest("timestamp must be a number of milliseconds since 1970.")
                .exception();
    }
}
