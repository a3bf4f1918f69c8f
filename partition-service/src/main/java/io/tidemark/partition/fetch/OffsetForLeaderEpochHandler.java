package io.tidemark.partition.fetch;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.routing.PartitionQuestions;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.jspecify.annotations.Nullable;

/**
 * OffsetForLeaderEpoch (KIP-101, 279, 320): where an epoch ends, so that clients see truncation.
 */
public final class OffsetForLeaderEpochHandler
        extends Api<OffsetForLeaderEpochRequestData, OffsetForLeaderEpochResponseData> {
    private final Routing routing;
    private final Access access;

    public OffsetForLeaderEpochHandler(Routing routing, Access access) {
        super(23, 2, 4);
        this.routing = routing;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable OffsetForLeaderEpochResponseData> handle(
            RequestContext context, OffsetForLeaderEpochRequestData request) {
        OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (OffsetForLeaderTopic topic : request.topics()) {
            OffsetForLeaderTopicResult answered =
                    new OffsetForLeaderTopicResult().setTopic(topic.topic());
            response.topics().add(answered);
            boolean allowed = access.topic(context, Operation.DESCRIBE, topic.topic());
            for (OffsetForLeaderPartition wanted : topic.partitions()) {
                EpochEndOffset answer = new EpochEndOffset().setPartition(wanted.partition());
                answered.partitions().add(answer);
                if (allowed) {
                    answers.add(ask(topic.topic(), wanted, answer));
                } else {
                    answer.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
                }
            }
        }
        return PartitionQuestions.all(answers).thenApply(done -> response);
    }

    private CompletableFuture<?> ask(
            String topic, OffsetForLeaderPartition wanted, EpochEndOffset answer) {
        Partition partition = routing.find(topic, wanted.partition());
        if (partition == null) {
            answer.setErrorCode(routing.absence(topic, wanted.partition()).number());
            return CompletableFuture.completedFuture(answer);
        }
        return partition
                .ask(
                        asked -> {
                            ErrorCode refusal =
                                    asked.admission().refusal(wanted.currentLeaderEpoch());
                            if (refusal != ErrorCode.NONE) {
                                return answer.setErrorCode(refusal.number());
                            }
                            EpochEnd end = asked.log().endOffsetForEpoch(wanted.leaderEpoch());
                            return answer.setLeaderEpoch(end.leaderEpoch())
                                    .setEndOffset(end.endOffset());
                        })
                .exceptionally(
                        failure ->
                                answer.setErrorCode(PartitionQuestions.errorOf(failure).number()));
    }
}
