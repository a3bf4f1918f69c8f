package io.tidemark.partition.fetch;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.TimestampOutcome;
import io.tidemark.partition.routing.PartitionQuestions;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.jspecify.annotations.Nullable;

/** ListOffsets: the offsets at the ends of a log, and at a time. */
public final class ListOffsetsHandler extends Api<ListOffsetsRequestData, ListOffsetsResponseData> {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private final Routing routing;
    private final Access access;

    public ListOffsetsHandler(Routing routing, Access access) {
        super(2, 1, 11);
        this.routing = routing;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable ListOffsetsResponseData> handle(
            RequestContext context, ListOffsetsRequestData request) {
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (ListOffsetsTopic topic : request.topics()) {
            ListOffsetsTopicResponse answered =
                    new ListOffsetsTopicResponse().setName(topic.name());
            response.topics().add(answered);
            boolean allowed = access.topic(context, Operation.DESCRIBE, topic.name());
            for (ListOffsetsPartition wanted : topic.partitions()) {
                ListOffsetsPartitionResponse answer = unknown(wanted.partitionIndex());
                answered.partitions().add(answer);
                if (allowed) {
                    answers.add(ask(topic.name(), wanted, answer));
                } else {
                    answer.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
                }
            }
        }
        return PartitionQuestions.all(answers).thenApply(done -> response);
    }

    private static ListOffsetsPartitionResponse unknown(int partition) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(partition)
                .setTimestamp(-1)
                .setOffset(-1)
                .setLeaderEpoch(-1);
    }

    private CompletableFuture<?> ask(
            String topic, ListOffsetsPartition wanted, ListOffsetsPartitionResponse answer) {
        Partition partition = routing.find(topic, wanted.partitionIndex());
        if (partition == null) {
            answer.setErrorCode(routing.absence(topic, wanted.partitionIndex()).number());
            return CompletableFuture.completedFuture(answer);
        }
        return partition
                .ask(asked -> look(asked, wanted, answer))
                .exceptionally(
                        failure ->
                                answer.setErrorCode(PartitionQuestions.errorOf(failure).number()));
    }

    private static ListOffsetsPartitionResponse look(
            Partition partition, ListOffsetsPartition wanted, ListOffsetsPartitionResponse answer)
            throws IOException {
        ErrorCode refusal = partition.admission().refusal(wanted.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) {
            return answer.setErrorCode(refusal.number());
        }
        PartitionLog log = partition.log();
        long end = partition.replica().highWatermark();
        boolean asksForTheEnd = wanted.timestamp() == LATEST || wanted.timestamp() >= 0;
        if (asksForTheEnd && !partition.replica().highWatermarkIsKnown()) {
            return answer.setErrorCode(ErrorCode.OFFSET_NOT_AVAILABLE.number());
        }
        if (wanted.timestamp() == LATEST) {
            return answer.setOffset(end).setLeaderEpoch(partition.replica().leaderEpoch());
        }
        if (wanted.timestamp() == EARLIEST || wanted.timestamp() == EARLIEST_LOCAL) {
            long start = log.logStartOffset();
            return answer.setOffset(start).setLeaderEpoch(log.leaderEpochOf(start));
        }
        if (wanted.timestamp() == LATEST_TIERED || wanted.timestamp() == EARLIEST_PENDING_UPLOAD) {
            return answer; // nothing is tiered: no such offset
        }
        if (wanted.timestamp() < MAX_TIMESTAMP) {
            return answer.setErrorCode(ErrorCode.INVALID_REQUEST.number());
        }
        TimestampOutcome outcome =
                wanted.timestamp() == MAX_TIMESTAMP
                        ? log.maxTimestamp(end)
                        : log.offsetForTimestamp(wanted.timestamp(), end);
        return switch (outcome) {
            case TimestampOutcome.Found(long timestampMs, long offset, int leaderEpoch) ->
                    answer.setTimestamp(timestampMs).setOffset(offset).setLeaderEpoch(leaderEpoch);
            case TimestampOutcome.None none -> answer;
            case TimestampOutcome.Corrupt corrupt ->
                    answer.setErrorCode(partition.damaged().number());
        };
    }
}
