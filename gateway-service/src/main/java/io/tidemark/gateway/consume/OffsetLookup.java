package io.tidemark.gateway.consume;

import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Asks leaders for offsets: the first, the end, or by time. Safe for any thread. */
public final class OffsetLookup {

    /** The high watermark. */
    public static final long LATEST = -1;

    /** The log's start. */
    public static final long EARLIEST = -2;

    /** For the answer to all partitions of a leader at once; afterwards each is asked for. */
    private static final Duration TOGETHER = Duration.ofSeconds(2);

    private static final int CONSUMER = -1;

    private final PartitionClient client;

    public OffsetLookup(PartitionClient client) {
        this.client = client;
    }

    /**
     * Offsets of all partitions of a topic, one request for each leader; what a leader refuses is
     * asked again partition by partition.
     *
     * @param timestampMs {@link #LATEST}, {@link #EARLIEST}, or since the epoch: the first record
     *     that is not older
     * @return by partition; -1 where no record is as new as {@code timestampMs}. Fails with an
     *     {@link io.tidemark.gateway.error.ApiErrorException}.
     */
    public CompletionStage<long[]> all(TopicImage topic, long timestampMs, Duration timeout) {
        Map<Integer, List<PartitionImage>> byLeader = new TreeMap<>();
        for (PartitionImage partition : topic.partitions()) {
            byLeader.computeIfAbsent(partition.leader(), leader -> new ArrayList<>())
                    .add(partition);
        }
        long[] offsets = new long[topic.partitions().size()];
        List<CompletableFuture<?>> asked = new ArrayList<>();
        byLeader.forEach(
                (leader, partitions) ->
                        asked.add(
                                ask(leader, topic, partitions, timestampMs, timeout, offsets)
                                        .toCompletableFuture()));
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> offsets);
    }

    private CompletionStage<?> ask(
            int leader,
            TopicImage topic,
            List<PartitionImage> partitions,
            long timestampMs,
            Duration timeout,
            long[] offsets) {
        return client.<ListOffsetsResponseData>send(
                        leader,
                        Lane.CONTROL,
                        request(topic.name(), partitions, timestampMs),
                        timeout.compareTo(TOGETHER) < 0 ? timeout : TOGETHER)
                .handle(
                        (response, failure) -> {
                            List<PartitionImage> left = new ArrayList<>(partitions);
                            if (response != null) {
                                try (response) {
                                    take(response.message(), left, offsets);
                                }
                            }
                            return left;
                        })
                .thenCompose(left -> askEach(topic.name(), left, timestampMs, timeout, offsets));
    }

    private static void take(
            ListOffsetsResponseData response, List<PartitionImage> left, long[] offsets) {
        for (var topic : response.topics()) {
            for (var answer : topic.partitions()) {
                if (answer.errorCode() == ErrorCode.NONE.number()
                        && left.removeIf(p -> p.index() == answer.partitionIndex())) {
                    offsets[answer.partitionIndex()] = answer.offset();
                }
            }
        }
    }

    private CompletionStage<?> askEach(
            String topic,
            List<PartitionImage> partitions,
            long timestampMs,
            Duration timeout,
            long[] offsets) {
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (PartitionImage partition : partitions) {
            asked.add(
                    one(topic, partition.index(), timestampMs, timeout)
                            .thenAccept(offset -> offsets[partition.index()] = offset)
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
    }

    /** The offset of one partition, asked again while that may help and time remains. */
    public CompletionStage<Long> one(
            String topic, int partition, long timestampMs, Duration timeout) {
        return client.<ListOffsetsResponseData, Long>askLeader(
                topic,
                partition,
                Lane.CONTROL,
                () -> request(topic, List.of(image(partition)), timestampMs),
                OffsetLookup::single,
                timeout);
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
