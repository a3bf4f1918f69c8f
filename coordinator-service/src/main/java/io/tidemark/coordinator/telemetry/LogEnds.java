package io.tidemark.coordinator.telemetry;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;

/** Asks one node up to where its partitions can be read. */
final class LogEnds {
    private static final int CONSUMER = -1;
    private static final int ANY_EPOCH = -1;
    private static final long LATEST = -1;

    private LogEnds() {}

    /**
     * The high watermarks of partitions that the node leads; those of others are left out.
     *
     * @return completes on the client's loop
     */
    static CompletableFuture<Map<LagMonitor.Key, Long>> ask(
            KafkaClient client,
            NodeAddress node,
            Set<LagMonitor.Key> partitions,
            Duration timeout) {
        return client.<ListOffsetsResponseData>send(node, "lag", request(partitions), timeout)
                .thenApply(LogEnds::take)
                .toCompletableFuture();
    }

    private static ListOffsetsRequestData request(Set<LagMonitor.Key> partitions) {
        Map<String, List<ListOffsetsPartition>> byTopic = new HashMap<>();
        for (LagMonitor.Key key : partitions) {
            byTopic.computeIfAbsent(key.topic(), topic -> new ArrayList<>())
                    .add(
                            new ListOffsetsPartition()
                                    .setPartitionIndex(key.partition())
                                    .setCurrentLeaderEpoch(ANY_EPOCH)
                                    .setTimestamp(LATEST));
        }
        ListOffsetsRequestData request = new ListOffsetsRequestData().setReplicaId(CONSUMER);
        byTopic.forEach(
                (topic, asked) ->
                        request.topics()
                                .add(new ListOffsetsTopic().setName(topic).setPartitions(asked)));
        return request;
    }

    private static Map<LagMonitor.Key, Long> take(Response<ListOffsetsResponseData> response) {
        Map<LagMonitor.Key, Long> ends = new HashMap<>();
        try (response) {
            for (var topic : response.message().topics()) {
                for (var partition : topic.partitions()) {
                    if (partition.errorCode() == ErrorCode.NONE.number()) {
                        ends.put(
                                new LagMonitor.Key(topic.name(), partition.partitionIndex()),
                                partition.offset());
                    }
                }
            }
        }
        return ends;
    }
}
