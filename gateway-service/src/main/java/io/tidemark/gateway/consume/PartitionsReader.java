package io.tidemark.gateway.consume;

import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;

/**
 * Pulls records of any partitions from one node, in one request, as a consumer of several topics
 * does. Safe for any thread.
 */
public final class PartitionsReader {

    private static final int NO_SESSION_EPOCH = -1;
    private static final int CONSUMER = -1;

    /** Beyond the time that a node was told to wait. */
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

    private final PartitionClient client;
    private final Leaders leaders;
    private final ReadBudget budget;

    public PartitionsReader(PartitionClient client, Leaders leaders, ReadBudget budget) {
        this.client = client;
        this.leaders = leaders;
        this.budget = budget;
    }

    /** Where to read a partition on. */
    public record From(TopicImage topic, int partition, long offset) {}

    /**
     * How much, and how long to wait for it.
     *
     * @param waitMs until there are {@code minBytes}; 0 answers at once
     * @param maxBytes over all partitions; a first batch may be larger
     */
    public record Limits(int waitMs, int minBytes, int maxBytes, int maxPartitionBytes) {}

    /** What one partition came to. */
    public record Answer(From from, PartitionRead read) {}

    /**
     * Fetches from a node that leads all of {@code wanted}, or did; in their order, as far as the
     * limits go.
     *
     * @return one answer for each, in any order, on the connection's event loop. Fails with an
     *     {@link java.io.IOException} or {@link java.util.concurrent.TimeoutException}.
     */
    public CompletionStage<List<Answer>> fetch(
            int nodeId, Lane lane, List<From> wanted, Limits limits) {
        return client.<FetchResponseData>send(
                        nodeId,
                        lane,
                        request(wanted, limits),
                        ANSWER_MARGIN.plusMillis(limits.waitMs))
                .thenApply(response -> read(response, wanted, limits));
    }

    private FetchRequestData request(List<From> wanted, Limits limits) {
        Map<Uuid, FetchRequestData.FetchTopic> topics = new LinkedHashMap<>();
        for (From from : wanted) {
            topics.computeIfAbsent(
                            from.topic.id(),
                            id ->
                                    new FetchRequestData.FetchTopic()
                                            .setTopic(from.topic.name())
                                            .setTopicId(id)
                                            .setPartitions(new ArrayList<>()))
                    .partitions()
                    .add(
                            new FetchRequestData.FetchPartition()
                                    .setPartition(from.partition)
                                    .setCurrentLeaderEpoch(
                                            leaders.of(from.topic, from.partition).epoch())
                                    .setFetchOffset(from.offset)
                                    .setPartitionMaxBytes(limits.maxPartitionBytes));
        }
        return new FetchRequestData()
                .setReplicaId(CONSUMER)
                .setMaxWaitMs(limits.waitMs)
                .setMinBytes(limits.minBytes)
                .setMaxBytes(limits.maxBytes)
                .setSessionEpoch(NO_SESSION_EPOCH)
                .setTopics(new ArrayList<>(topics.values()));
    }

    private record Key(Uuid topicId, int partition) {}

    private List<Answer> read(
            Response<FetchResponseData> response, List<From> wanted, Limits limits) {
        try (response) {
            FetchResponseData message = response.message();
            ErrorCode error = ErrorCode.of(message.errorCode());
            Map<Key, FetchResponseData.PartitionData> found = new LinkedHashMap<>();
            for (FetchResponseData.FetchableTopicResponse topic : message.responses()) {
                for (FetchResponseData.PartitionData data : topic.partitions()) {
                    Uuid topicId = topicId(topic, wanted);
                    found.put(new Key(topicId, data.partitionIndex()), data);
                    learn(topicId, data);
                }
            }
            RecordRoom room = new RecordRoom(budget, limits.maxBytes);
            List<Answer> answers = new ArrayList<>(wanted.size());
            int turn = budget.nextTurn(wanted.size());
            for (int each = 0; each < wanted.size(); each++) {
                From from = wanted.get((each + turn) % wanted.size());
                FetchResponseData.PartitionData data =
                        found.get(new Key(from.topic.id(), from.partition));
                if (error != ErrorCode.NONE || data == null) {
                    ErrorCode why =
                            error == ErrorCode.NONE ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : error;
                    answers.add(
                            new Answer(from, new PartitionRead.Unavailable(from.partition, why)));
                } else {
                    answers.add(new Answer(from, room.read(data, from.offset)));
                }
            }
            return answers;
        }
    }

    /** Old versions name topics, new ones give their ids. */
    private static Uuid topicId(FetchResponseData.FetchableTopicResponse topic, List<From> wanted) {
        if (topic.topic().isEmpty()) {
            return topic.topicId();
        }
        return wanted.stream()
                .map(From::topic)
                .filter(each -> each.name().equals(topic.topic()))
                .map(TopicImage::id)
                .findFirst()
                .orElse(topic.topicId());
    }

    private void learn(Uuid topicId, FetchResponseData.PartitionData data) {
        if (data.currentLeader().leaderId() >= 0) {
            leaders.learn(
                    topicId,
                    data.partitionIndex(),
                    data.currentLeader().leaderId(),
                    data.currentLeader().leaderEpoch());
        }
    }
}
