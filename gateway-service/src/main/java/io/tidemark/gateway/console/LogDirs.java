package io.tidemark.gateway.console;

import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Asks a node about its log directories. Any thread. */
final class LogDirs {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final VisibleCluster cluster;
    private final PartitionClient client;

    LogDirs(VisibleCluster cluster, PartitionClient client) {
        this.cluster = cluster;
        this.client = client;
    }

    Mono<ServerResponse> answer(ServerRequest request) {
        ClusterImage image = cluster.describe();
        int id = cluster.node(image, request.pathVariable("broker")).id();
        return Mono.fromCompletionStage(
                        () ->
                                client.<DescribeLogDirsResponseData>send(
                                        id,
                                        Lane.CONTROL,
                                        new DescribeLogDirsRequestData().setTopics(null),
                                        PATIENCE))
                .map(
                        response -> {
                            try (response) {
                                return json(id, response.message());
                            }
                        })
                .onErrorMap(
                        failure ->
                                ApiError.unavailable(
                                                "Node "
                                                        + id
                                                        + " did not say what is on its disks: "
                                                        + failure.getMessage())
                                        .exception())
                .flatMap(Json::answer);
    }

    private ObjectNode json(int id, DescribeLogDirsResponseData response) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("broker_id", id);
        ArrayNode directories = json.putArray("log_dirs");
        for (var result : response.results()) {
            ErrorCode error = ErrorCode.of(result.errorCode());
            ObjectNode directory =
                    directories
                            .addObject()
                            .put("path", result.logDir())
                            .put("online", error == ErrorCode.NONE)
                            .put("total_bytes", result.totalBytes())
                            .put("usable_bytes", result.usableBytes());
            long size = 0;
            int replicas = 0;
            ArrayNode topics = directory.putArray("topics");
            for (var topic : result.topics()) {
                long bytes = 0;
                long lag = 0;
                for (var partition : topic.partitions()) {
                    bytes += partition.partitionSize();
                    lag += Math.max(0, partition.offsetLag());
                    replicas++;
                }
                size += bytes;
                if (cluster.visible(topic.name())) {
                    topics.addObject()
                            .put("name", topic.name())
                            .put("replicas", topic.partitions().size())
                            .put("size_bytes", bytes)
                            .put("offset_lag", lag);
                }
            }
            directory.put("size_bytes", size).put("replicas", replicas);
        }
        return json;
    }
}
