package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.ErrorResponses;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.jspecify.annotations.Nullable;

/** OffsetCommit: refuses topics that the principal may not read, and commits the others. */
final class OffsetCommitHandler
        extends GroupHandler<OffsetCommitRequestData, OffsetCommitResponseData> {
    private final Supplier<ClusterImage> image;

    OffsetCommitHandler(GroupCoordinator groups, Access access, Supplier<ClusterImage> image) {
        super(ApiMessageType.OFFSET_COMMIT, groups, access);
        this.image = image;
    }

    @Override
    public CompletionStage<@Nullable OffsetCommitResponseData> handle(
            RequestContext context, OffsetCommitRequestData request) {
        Map<Boolean, List<OffsetCommitRequestTopic>> topics =
                request.topics().stream()
                        .collect(
                                Collectors.partitioningBy(
                                        topic ->
                                                access().topic(
                                                                context,
                                                                Operation.READ,
                                                                Topics.name(
                                                                        image.get(),
                                                                        topic.name(),
                                                                        topic.topicId()))));
        List<OffsetCommitRequestTopic> refused = topics.getOrDefault(false, List.of());
        if (refused.isEmpty()) {
            return commit(context, request);
        }
        OffsetCommitRequestData some = request.duplicate().setTopics(refused);
        OffsetCommitResponseData refusal =
                (OffsetCommitResponseData)
                        ErrorResponses.of(
                                some, context.apiVersion(), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        request.setTopics(topics.getOrDefault(true, List.of()));
        CompletionStage<@Nullable OffsetCommitResponseData> rest =
                request.topics().isEmpty()
                        ? CompletableFuture.completedFuture(new OffsetCommitResponseData())
                        : commit(context, request);
        return rest.thenApply(
                response -> {
                    if (response != null) {
                        refusal.topics().addAll(response.topics());
                    }
                    return refusal;
                });
    }

    private CompletionStage<@Nullable OffsetCommitResponseData> commit(
            RequestContext context, OffsetCommitRequestData request) {
        return askIfAllowed(
                context,
                Operation.READ,
                request.groupId(),
                request,
                (served, caller, asked) -> served.offsets().commit(caller, asked));
    }
}
