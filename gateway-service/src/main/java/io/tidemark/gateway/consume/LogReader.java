package io.tidemark.gateway.consume;

import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Pulls records of one topic from one leader. Safe for any thread. */
public final class LogReader {

    /** Fetch outside a session: the whole request each time. */
    private static final int NO_SESSION_EPOCH = -1;

    private static final int CONSUMER = -1;
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

    /** Of the time until the first byte, for a node that does not answer. */
    private static final Duration EACH = Duration.ofSeconds(3);

    private final PartitionClient client;
    private final Leaders leaders;
    private final ReadBudget budget;

    public LogReader(PartitionClient client, Leaders leaders, ReadBudget budget) {
        this.client = client;
        this.leaders = leaders;
        this.budget = budget;
    }

    /**
     * How much, and how long to wait for it.
     *
     * @param waitMs for the first byte; 0 answers at once
     * @param maxBytes over all partitions; a first batch may be larger
     */
    public record Limits(int waitMs, int maxBytes, int maxPartitionBytes) {}

    /**
     * Fetches from a node that leads all of {@code partitions}, or did.
     *
     * @param offsets by the same index as {@code partitions}
     * @return one answer for each partition, on the connection's event loop; an offset out of range
     *     comes with bounds of -1 where the node gave none. Fails with an {@link
     *     java.io.IOException} or {@link java.util.concurrent.TimeoutException}.
     */
    public CompletionStage<List<PartitionRead>> fetch(
            int nodeId,
            Lane lane,
            TopicImage topic,
            int[] partitions,
            long[] offsets,
            Limits limits) {
        return client.<FetchResponseData>send(
                        nodeId,
                        lane,
                        request(topic, partitions, offsets, limits),
                        ANSWER_MARGIN.plusMillis(limits.waitMs))
                .thenApply(response -> read(topic.id(), response, partitions, offsets, limits));
    }

    /**
     * Fetches one partition from its leader, whoever that is by then: a leader that changes or does
     * not answer is followed, with the wait for the first byte begun anew.
     *
     * @param limit over all attempts, the wait for the first byte included
     * @return records, that the offset is out of range, or that they are lost. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException}.
     */
    public CompletionStage<PartitionRead> fetch(
            String topic, int partition, long offset, Lane lane, Limits limits, Patience limit) {
        int[] partitions = {partition};
        long[] offsets = {offset};
        return client.<FetchResponseData, PartitionRead>askLeader(
                topic,
                partition,
                lane,
                image -> request(image, partitions, offsets, limits),
                message ->
                        switch (read(message, partitions, offsets, limits).getFirst()) {
                            case PartitionRead.Unavailable unavailable ->
                                    new Reply.Refused<>(
                                            unavailable.error(), "The partition cannot be read.");
                            case PartitionRead found -> new Reply.Answer<>(found);
                        },
                EACH.plusMillis(limits.waitMs),
                limit);
    }

    private ApiMessage request(TopicImage topic, int[] partitions, long[] offsets, Limits limits) {
        List<FetchRequestData.FetchPartition> wanted = new ArrayList<>(partitions.length);
        for (int i = 0; i < partitions.length; i++) {
            wanted.add(
                    new FetchRequestData.FetchPartition()
                            .setPartition(partitions[i])
                            .setCurrentLeaderEpoch(leaders.of(topic, partitions[i]).epoch())
                            .setFetchOffset(offsets[i])
                            .setPartitionMaxBytes(limits.maxPartitionBytes));
        }
        return new FetchRequestData()
                .setReplicaId(CONSUMER)
                .setMaxWaitMs(limits.waitMs)
                .setMinBytes(1)
                .setMaxBytes(limits.maxBytes)
                .setSessionEpoch(NO_SESSION_EPOCH)
                .setTopics(
                        List.of(
                                new FetchRequestData.FetchTopic()
                                        .setTopic(topic.name())
                                        .setTopicId(topic.id())
                                        .setPartitions(wanted)));
    }

    private List<PartitionRead> read(
            Uuid topicId,
            Response<FetchResponseData> response,
            int[] partitions,
            long[] offsets,
            Limits limits) {
        try (response) {
            for (FetchResponseData.FetchableTopicResponse topic : response.message().responses()) {
                for (FetchResponseData.PartitionData data : topic.partitions()) {
                    if (data.currentLeader().leaderId() >= 0) {
                        leaders.learn(
                                topicId,
                                data.partitionIndex(),
                                data.currentLeader().leaderId(),
                                data.currentLeader().leaderEpoch());
                    }
                }
            }
            return read(response.message(), partitions, offsets, limits);
        }
    }

    private List<PartitionRead> read(
            FetchResponseData message, int[] partitions, long[] offsets, Limits limits) {
        RecordRoom room = new RecordRoom(budget, limits.maxBytes);
        ErrorCode error = ErrorCode.of(message.errorCode());
        Map<Integer, FetchResponseData.PartitionData> found = byIndex(message);
        List<PartitionRead> reads = new ArrayList<>(partitions.length);
        int turn = budget.nextTurn(partitions.length);
        for (int each = 0; each < partitions.length; each++) {
            int i = (each + turn) % partitions.length;
            FetchResponseData.PartitionData data = found.get(partitions[i]);
            if (error != ErrorCode.NONE || data == null) {
                reads.add(
                        new PartitionRead.Unavailable(
                                partitions[i],
                                error == ErrorCode.NONE
                                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                                        : error));
            } else {
                reads.add(room.read(data, offsets[i]));
            }
        }
        return reads;
    }

    /** An answer's partitions by number: a topic may have thousands. */
    private static Map<Integer, FetchResponseData.PartitionData> byIndex(
            FetchResponseData message) {
        Map<Integer, FetchResponseData.PartitionData> found = new HashMap<>();
        for (FetchResponseData.FetchableTopicResponse topic : message.responses()) {
            for (FetchResponseData.PartitionData data : topic.partitions()) {
                found.put(data.partitionIndex(), data);
            }
        }
        return found;
    }
}
