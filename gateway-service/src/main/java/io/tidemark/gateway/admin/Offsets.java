package io.tidemark.gateway.admin;

import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** Asks leaders for offsets. Any thread. */
final class Offsets {

    /** Asks for the first offset that is still there. */
    static final long EARLIEST = -2;

    /** Asks for the offset that the next record gets, of what readers may see. */
    static final long LATEST = -1;

    private static final int CONSUMER = -1;

    /** What {@link #patience(ServerRequest)} reads. */
    static final String TIMEOUT =
            "ms until the answer, at most 300000; 30000 by default, and 10000 where the partition"
                    + " has no leader";

    private final PartitionClient client;
    private final Patience patience;

    Offsets(PartitionClient client, Patience patience) {
        this.client = client;
        this.patience = patience;
    }

    /**
     * @param offset -1 where no record is that late
     * @param timestampMs -1 where it does not apply
     */
    record Found(long offset, long timestampMs) {}

    /**
     * How long a request wants to wait.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where its timeout is none
     */
    Patience patience(ServerRequest request) {
        return patience.asked(request.queryParam("timeout").orElse(null));
    }

    /**
     * @param timestampMs of the first record to find; or {@link #EARLIEST}, {@link #LATEST}
     */
    Mono<Found> find(String topic, int partition, long timestampMs, Patience limit) {
        return Mono.fromCompletionStage(
                () ->
                        client.<ListOffsetsResponseData, Found>askLeader(
                                topic,
                                partition,
                                Lane.CONTROL,
                                () -> request(topic, partition, timestampMs),
                                Offsets::read,
                                limit));
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
