package io.tidemark.gateway.admin;

import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import reactor.core.publisher.Mono;

/** Asks leaders for offsets. Any thread. */
final class Offsets {

    /** Asks for the first offset that is still there. */
    static final long EARLIEST = -2;

    /** Asks for the offset that the next record gets, of what readers may see. */
    static final long LATEST = -1;

    private static final int CONSUMER = -1;

    private final PartitionClient client;
    private final Duration timeout;

    Offsets(PartitionClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /**
     * @param offset -1 where no record is that late
     * @param timestampMs -1 where it does not apply
     */
    record Found(long offset, long timestampMs) {}

    /**
     * @param timestampMs of the first record to find; or {@link #EARLIEST}, {@link #LATEST}
     */
    Mono<Found> find(String topic, int partition, long timestampMs) {
        return Mono.fromCompletionStage(
                () ->
                        client.<ListOffsetsResponseData, Found>askLeader(
                                topic,
                                partition,
                                Lane.CONTROL,
                                () -> request(topic, partition, timestampMs),
                                Offsets::read,
                                timeout));
    }

    private static ListOffsetsRequestData request(String topic, int partition, long timestampMs) {
        return new ListOffsetsRequestData()
                .setReplicaId(CONSUMER)
                .setTopics(
                        List.of(
                                new ListOffsetsTopic()
                                        .setName(topic)
                                        .setPartitions(
                                                List.of(
                                                        new ListOffsetsPartition()
                                                                .setPartitionIndex(partition)
                                                                .setTimestamp(timestampMs)))));
    }

    private static Reply<Found> read(ListOffsetsResponseData response) {
        var partition = response.topics().getFirst().partitions().getFirst();
        ErrorCode error = ErrorCode.of(partition.errorCode());
        return error == ErrorCode.NONE
                ? new Reply.Answer<>(new Found(partition.offset(), partition.timestamp()))
                : new Reply.Refused<>(error, "");
    }
}
