package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.log.PartitionLog.ProducerEntry;
import io.tidemark.partition.routing.PartitionQuestions;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.jspecify.annotations.Nullable;

/** DescribeProducers: the idempotent producers that partitions remember. */
public final class DescribeProducersHandler
        extends Api<DescribeProducersRequestData, DescribeProducersResponseData> {
    private final Routing routing;
    private final Access access;

    public DescribeProducersHandler(Routing routing, Access access) {
        super(61, 0, 0);
        this.routing = routing;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DescribeProducersResponseData> handle(
            RequestContext context, DescribeProducersRequestData request) {
        DescribeProducersResponseData response = new DescribeProducersResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (TopicRequest topic : request.topics()) {
            TopicResponse answered = new TopicResponse().setName(topic.name());
            response.topics().add(answered);
            boolean allowed = access.topic(context, Operation.READ, topic.name());
            for (int index : topic.partitionIndexes()) {
                if (!known.add(index + " " + topic.name())) {
                    continue; // once each, however often it is named
                }
                PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
                answered.partitions().add(answer);
                if (allowed) {
                    answers.add(ask(topic.name(), index, answer));
                } else {
                    answer.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
                }
            }
        }
        return PartitionQuestions.all(answers).thenApply(done -> response);
    }

    private CompletableFuture<?> ask(String topic, int index, PartitionResponse answer) {
        Partition partition = routing.find(topic, index);
        if (partition == null) {
            answer.setErrorCode(routing.absence(topic, index).number());
            return CompletableFuture.completedFuture(answer);
        }
        return partition
                .ask(
                        asked -> {
                            ErrorCode refusal = asked.admission().refusal(-1);
                            return refusal == ErrorCode.NONE
                                    ? answer.setActiveProducers(states(asked))
                                    : answer.setErrorCode(refusal.number());
                        })
                .exceptionally(
                        failure ->
                                answer.setErrorCode(PartitionQuestions.errorOf(failure).number()));
    }

    private static List<ProducerState> states(Partition partition) {
        List<ProducerState> states = new ArrayList<>();
        for (ProducerEntry entry : partition.log().producers()) {
            states.add(
                    new ProducerState()
                            .setProducerId(entry.producerId())
                            .setProducerEpoch(entry.producerEpoch())
                            .setLastSequence(entry.lastSequence())
                            .setLastTimestamp(entry.lastTimestampMs())
                            .setCoordinatorEpoch(-1)
                            .setCurrentTxnStartOffset(entry.txnStartOffset().orElse(-1)));
        }
        return states;
    }
}
