package io.tidemark.gateway.consume;

import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Asks leaders for offsets: the first, the end, or by time. Safe for any thread. */
public final class OffsetLookup {

    /** The high watermark. */
    public static final long LATEST = -1;

    /** The log's start. */
    public static final long EARLIEST = -2;

    private static final int CONSUMER = -1;

    private final PartitionClient client;

    public OffsetLookup(PartitionClient client) {
        this.client = client;
    }

    /**
     * Offsets of all partitions of a topic, one request for each leader; what leaders refuse for
     * now is asked again together.
     *
     * @param timestampMs {@link #LATEST}, {@link #EARLIEST}, or since the epoch: the first record
     *     that is not older
     * @return by partition; -1 where no record is as new as {@code timestampMs}. Fails with an
     *     {@link io.tidemark.gateway.error.ApiErrorException}.
     */
    public CompletionStage<long[]> all(TopicImage topic, long timestampMs, Duration timeout) {
        int count = topic.partitions().size();
        AtomicLongArray offsets = new AtomicLongArray(count);
        return client.<ListOffsetsResponseData>askLeaders(
                        topic.name(),
                        IntStream.range(0, count).toArray(),
                        Lane.CONTROL,
                        (now, partitions) -> request(now, partitions, timestampMs),
                        (response, outcome) -> take(response, offsets, outcome),
                        timeout)
                .thenApply(done -> IntStream.range(0, count).mapToLong(offsets::get).toArray());
    }

    private static void take(
            ListOffsetsResponseData response,
            AtomicLongArray offsets,
            ObjIntConsumer<ErrorCode> outcome) {
        for (var topic : response.topics()) {
            for (var answer : topic.partitions()) {
                ErrorCode error = ErrorCode.of(answer.errorCode());
                if (error == ErrorCode.NONE && answer.partitionIndex() < offsets.length()) {
                    offsets.set(answer.partitionIndex(), answer.offset());
                }
                outcome.accept(error, answer.partitionIndex());
            }
        }
    }

    private static ApiMessage request(TopicImage topic, int[] partitions, long timestampMs) {
        return request(
                topic.name(),
                Arrays.stream(partitions).mapToObj(topic.partitions()::get).toList(),
                timestampMs);
    }

    /** The offset of one partition, asked again while that may help and time remains. */
    public CompletionStage<Long> one(
            String topic, int partition, long timestampMs, Duration timeout) {
        return one(topic, partition, timestampMs, client.patience(timeout));
    }

    /** The same, with a time of its own for a partition that has no leader. */
    public CompletionStage<Long> one(
            String topic, int partition, long timestampMs, Patience limit) {
        return client.<ListOffsetsResponseData, Long>askLeader(
                topic,
                partition,
                Lane.CONTROL,
                () -> request(topic, List.of(image(partition)), timestampMs),
                OffsetLookup::single,
                limit);
    }

    private static PartitionImage image(int partition) {
        return new PartitionImage(
                partition, PartitionImage.NO_LEADER, -1, -1, List.of(), List.of());
    }

    private static Reply<Long> single(ListOffsetsResponseData response) {
        var answer = response.topics().getFirst().partitions().getFirst();
        ErrorCode error = ErrorCode.of(answer.errorCode());
        return error == ErrorCode.NONE
                ? new Reply.Answer<>(answer.offset())
                : new Reply.Refused<>(error, "The offset could not be looked up.");
    }

    private static ApiMessage request(
            String topic, List<PartitionImage> partitions, long timestampMs) {
        List<ListOffsetsRequestData.ListOffsetsPartition> asked = new ArrayList<>();
        for (PartitionImage partition : partitions) {
            asked.add(
                    new ListOffsetsRequestData.ListOffsetsPartition()
                            .setPartitionIndex(partition.index())
                            .setCurrentLeaderEpoch(partition.leaderEpoch())
                            .setTimestamp(timestampMs));
        }
        return new ListOffsetsRequestData()
                .setReplicaId(CONSUMER)
                .setTopics(
                        List.of(
                                new ListOffsetsRequestData.ListOffsetsTopic()
                                        .setName(topic)
                                        .setPartitions(asked)));
    }
}
