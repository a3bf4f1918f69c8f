package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.jspecify.annotations.Nullable;

/**
 * OffsetFetch. Of groups and topics that the principal may not describe nothing is told: those
 * asked for by name are refused, others left out.
 */
final class OffsetFetchHandler
        extends GroupHandler<OffsetFetchRequestData, OffsetFetchResponseData> {
    private static final short FIRST_VERSION_OF_MANY = 8;
    private static final long NONE = -1;

    private final Supplier<ClusterImage> image;

    OffsetFetchHandler(GroupCoordinator groups, Access access, Supplier<ClusterImage> image) {
        super(ApiMessageType.OFFSET_FETCH, groups, access);
        this.image = image;
    }

    @Override
    public CompletionStage<@Nullable OffsetFetchResponseData> handle(
            RequestContext context, OffsetFetchRequestData request) {
        if (context.apiVersion() < FIRST_VERSION_OF_MANY) {
            boolean all = request.topics() == null;
            return askIfAllowed(
                            context,
                            Operation.DESCRIBE,
                            request.groupId(),
                            request,
                            (served, caller, asked) -> served.offsets().fetch(caller, asked))
                    .thenApply(response -> response == null ? null : older(context, response, all));
        }
        // All offsets of a group once, however often they are asked for.
        Set<String> whole = new HashSet<>();
        request.setGroups(
                request.groups().stream()
                        .filter(group -> group.topics() != null || whole.add(group.groupId()))
                        .toList());
        Map<String, Boolean> all =
                request.groups().stream()
                        .collect(
                                Collectors.toMap(
                                        OffsetFetchRequestGroup::groupId,
                                        group -> group.topics() == null,
                                        (one, other) -> one));
        return ask(
                        context,
                        request,
                        (served, caller, asked) -> served.offsets().fetch(caller, asked))
                .thenApply(
                        response ->
                                response == null
                                        ? null
                                        : newer(
                                                context,
                                                response,
                                                id -> all.getOrDefault(id, false)));
    }

    private OffsetFetchResponseData older(
            RequestContext context, OffsetFetchResponseData response, boolean all) {
        for (var topics = response.topics().iterator(); topics.hasNext(); ) {
            OffsetFetchResponseTopic topic = topics.next();
            if (!access().topic(context, Operation.DESCRIBE, topic.name())) {
                if (all) {
                    topics.remove();
                } else {
                    topic.partitions().forEach(OffsetFetchHandler::hide);
                }
            }
        }
        return response;
    }

    private OffsetFetchResponseData newer(
            RequestContext context,
            OffsetFetchResponseData response,
            Function<String, Boolean> all) {
        for (OffsetFetchResponseGroup group : response.groups()) {
            if (!access().group(context, Operation.DESCRIBE, group.groupId())) {
                group.topics().clear();
                group.setErrorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.number());
                continue;
            }
            for (var topics = group.topics().iterator(); topics.hasNext(); ) {
                OffsetFetchResponseTopics topic = topics.next();
                String name = Topics.name(image.get(), topic.name(), topic.topicId());
                if (!access().topic(context, Operation.DESCRIBE, name)) {
                    if (all.apply(group.groupId())) {
                        topics.remove();
                    } else {
                        topic.partitions().forEach(OffsetFetchHandler::hide);
                    }
                }
            }
        }
        return response;
    }

    private static void hide(OffsetFetchResponsePartition partition) {
        partition
                .setCommittedOffset(NONE)
                .setMetadata("")
                .setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
    }

    private static void hide(OffsetFetchResponsePartitions partition) {
        partition
                .setCommittedOffset(NONE)
                .setMetadata("")
                .setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
    }
}
