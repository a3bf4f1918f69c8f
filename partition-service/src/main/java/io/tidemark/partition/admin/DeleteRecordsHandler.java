package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.log.PartitionLog;
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
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.jspecify.annotations.Nullable;

/** DeleteRecords: moves the start of logs; answered once that is durable. */
public final class DeleteRecordsHandler
        extends Api<DeleteRecordsRequestData, DeleteRecordsResponseData> {
    private static final long HIGH_WATERMARK = -1;

    private final Routing routing;
    private final Access access;

    public DeleteRecordsHandler(Routing routing, Access access) {
        super(21, 0, 2);
        this.routing = routing;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DeleteRecordsResponseData> handle(
            RequestContext context, DeleteRecordsRequestData request) {
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (DeleteRecordsTopic topic : request.topics()) {
            DeleteRecordsTopicResult answered =
                    new DeleteRecordsTopicResult().setName(topic.name());
            response.topics().mustAdd(answered);
            boolean allowed = access.topic(context, Operation.DELETE, topic.name());
            for (DeleteRecordsPartition wanted : topic.partitions()) {
                DeleteRecordsPartitionResult answer =
                        new DeleteRecordsPartitionResult()
                                .setPartitionIndex(wanted.partitionIndex())
                                .setLowWatermark(-1);
                answered.partitions().mustAdd(answer);
                if (allowed) {
                    answers.add(delete(topic.name(), wanted, answer));
                } else {
                    answer.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
                }
            }
        }
        return PartitionQuestions.all(answers).thenApply(done -> response);
    }

    private CompletableFuture<?> delete(
            String topic, DeleteRecordsPartition wanted, DeleteRecordsPartitionResult answer) {
        Partition partition = routing.find(topic, wanted.partitionIndex());
        if (partition == null) {
            answer.setErrorCode(routing.absence(topic, wanted.partitionIndex()).number());
            return CompletableFuture.completedFuture(answer);
        }
        return partition
                .ask(asked -> delete(asked, wanted.offset(), answer))
                .thenCompose(durable -> durable)
                .exceptionally(
                        failure -> {
                            answer.setLowWatermark(-1)
                                    .setErrorCode(PartitionQuestions.errorOf(failure).number());
                            return null;
                        });
    }

    private static CompletionStage<@Nullable Void> delete(
            Partition partition, long wanted, DeleteRecordsPartitionResult answer)
            throws IOException {
        ErrorCode refusal = partition.admission().refusal(-1);
        if (refusal != ErrorCode.NONE) {
            answer.setErrorCode(refusal.number());
            return CompletableFuture.completedFuture(null);
        }
        PartitionLog log = partition.log();
        long highWatermark = partition.replica().highWatermark();
        long offset = wanted == HIGH_WATERMARK ? highWatermark : wanted;
        if (offset < 0 || offset > highWatermark) {
            answer.setErrorCode(ErrorCode.OFFSET_OUT_OF_RANGE.number());
            return CompletableFuture.completedFuture(null);
        }
        if (offset <= log.logStartOffset()) {
            answer.setLowWatermark(log.logStartOffset());
            return partition.durable();
        }
        CompletionStage<@Nullable Void> durable = partition.deleteRecordsBefore(offset);
        answer.setLowWatermark(log.logStartOffset());
        return durable;
    }
}
