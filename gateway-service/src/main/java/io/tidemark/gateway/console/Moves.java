package io.tidemark.gateway.console;

import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Replicas on the move, and how many bytes of each are there already. Any thread. */
final class Moves {
    private static final int MOST = 200;
    private static final int AT_ONCE = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final VisibleCluster cluster;
    private final PartitionClient client;

    Moves(VisibleCluster cluster, PartitionClient client) {
        this.cluster = cluster;
        this.client = client;
    }

    private record Moving(TopicImage topic, PartitionImage partition) {
        Place place() {
            return new Place(topic.name(), partition.index());
        }
    }

    private record Place(String topic, int partition) {}

    /** Bytes, by node, then by partition; without nodes that did not answer. */
    private record Sizes(Map<Integer, Map<Place, Long>> byNode) {
        /** Null where the node did not answer; 0 where it has nothing yet. */
        @Nullable Long of(Moving moving, int node) {
            Map<Place, Long> sizes = byNode.get(node);
            return sizes == null ? null : sizes.getOrDefault(moving.place(), 0L);
        }
    }

    Mono<ServerResponse> answer(ServerRequest request) {
        ClusterImage image = cluster.describe();
        List<Moving> moving = new ArrayList<>();
        int total = 0;
        for (TopicImage topic : image.topics().values()) {
            boolean visible = cluster.visible(topic.name());
            for (PartitionImage partition : topic.partitions()) {
                if (partition.reassigning()) {
                    total++;
                    if (visible && moving.size() < MOST) {
                        moving.add(new Moving(topic, partition));
                    }
                }
            }
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("total", total);
        return sizes(moving, image)
                .map(sizes -> described(json, moving, sizes))
                .flatMap(Json::answer);
    }

    private Mono<Sizes> sizes(List<Moving> moving, ClusterImage image) {
        Set<Integer> asked = new TreeSet<>();
        for (Moving each : moving) {
            asked.add(each.partition.leader());
            asked.addAll(each.partition.adding());
        }
        asked.removeIf(id -> image.node(id).filter(NodeImage::live).isEmpty());
        return Flux.fromIterable(asked)
                .flatMap(id -> sizesAt(id, moving).map(sizes -> Map.entry(id, sizes)), AT_ONCE)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(Sizes::new);
    }

    private Mono<Map<Place, Long>> sizesAt(int node, List<Moving> moving) {
        return Mono.fromCompletionStage(
                        () ->
                                client.<DescribeLogDirsResponseData>send(
                                        node, Lane.CONTROL, question(moving), PATIENCE))
                .map(
                        response -> {
                            try (response) {
                                return sizesIn(response.message());
                            }
                        })
                .onErrorResume(failure -> Mono.empty());
    }

    private static DescribeLogDirsRequestData question(List<Moving> moving) {
        DescribeLogDirsRequestData question = new DescribeLogDirsRequestData();
        for (Moving each : moving) {
            DescribableLogDirTopic topic = question.topics().find(each.topic.name());
            if (topic == null) {
                topic = new DescribableLogDirTopic().setTopic(each.topic.name());
                question.topics().add(topic);
            }
            topic.partitions().add(each.partition.index());
        }
        return question;
    }

    private static Map<Place, Long> sizesIn(DescribeLogDirsResponseData response) {
        Map<Place, Long> sizes = new HashMap<>();
        for (var directory : response.results()) {
            for (var topic : directory.topics()) {
                for (var partition : topic.partitions()) {
                    if (!partition.isFutureKey()) {
                        sizes.put(
                                new Place(topic.name(), partition.partitionIndex()),
                                partition.partitionSize());
                    }
                }
            }
        }
        return sizes;
    }

    private static ObjectNode described(ObjectNode json, List<Moving> moving, Sizes sizes) {
        ArrayNode all = json.putArray("moves");
        for (Moving each : moving) {
            PartitionImage partition = each.partition;
            ObjectNode move =
                    all.addObject()
                            .put("topic_name", each.topic.name())
                            .put("partition_id", partition.index())
                            .put("size_bytes", sizes.of(each, partition.leader()));
            partition.removing().forEach(move.putArray("removing_replicas")::add);
            ArrayNode copies = move.putArray("copies");
            for (int node : partition.adding()) {
                copies.addObject()
                        .put("broker_id", node)
                        .put("size_bytes", sizes.of(each, node))
                        .put("in_sync", partition.isr().contains(node));
            }
        }
        return json;
    }
}
