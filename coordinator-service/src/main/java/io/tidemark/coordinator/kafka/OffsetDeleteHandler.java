package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.jspecify.annotations.Nullable;

/** OffsetDelete: refuses topics that the principal may not read. */
final class OffsetDeleteHandler
        extends GroupHandler<OffsetDeleteRequestData, OffsetDeleteResponseData> {
    OffsetDeleteHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.OFFSET_DELETE, groups, access);
    }

    @Override
    public CompletionStage<@Nullable OffsetDeleteResponseData> handle(
            RequestContext context, OffsetDeleteRequestData request) {
        List<OffsetDeleteRequestTopic> refused = new ArrayList<>();
        for (OffsetDeleteRequestTopic topic : List.copyOf(request.topics())) {
            if (!access().topic(context, Operation.READ, topic.name())) {
                request.topics().remove(topic);
                refused.add(topic);
            }
        }
        return askIfAllowed(
                        context,
                        Operation.DELETE,
                        request.groupId(),
                        request,
                        (served, caller, asked) -> served.offsets().delete(asked))
                .thenApply(
                        response -> {
                            if (response != null && response.errorCode() == 0) {
                                refused.forEach(topic -> response.topics().add(refusal(topic)));
                            }
                            return response;
                        });
    }

    private static OffsetDeleteResponseTopic refusal(OffsetDeleteRequestTopic topic) {
        OffsetDeleteResponseTopic answer = new OffsetDeleteResponseTopic().setName(topic.name());
        topic.partitions()
                .forEach(
                        partition ->
                                answer.partitions()
                                        .add(
                                                new OffsetDeleteResponsePartition()
                                                        .setPartitionIndex(
                                                                partition.partitionIndex())
                                                        .setErrorCode(
                                                                ErrorCode.TOPIC_AUTHORIZATION_FAILED
                                                                        .number())));
        return answer;
    }
}
