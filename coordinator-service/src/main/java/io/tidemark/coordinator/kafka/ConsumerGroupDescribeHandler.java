package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.jspecify.annotations.Nullable;

/**
 * ConsumerGroupDescribe: of KIP-848 groups. Nothing is told of groups that the principal may not
 * describe, or that consume topics it may not describe.
 */
final class ConsumerGroupDescribeHandler
        extends GroupHandler<ConsumerGroupDescribeRequestData, ConsumerGroupDescribeResponseData> {
    ConsumerGroupDescribeHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.CONSUMER_GROUP_DESCRIBE, groups, access);
    }

    @Override
    public CompletionStage<@Nullable ConsumerGroupDescribeResponseData> handle(
            RequestContext context, ConsumerGroupDescribeRequestData request) {
        // Once each, however often it is named.
        request.setGroupIds(request.groupIds().stream().distinct().toList());
        return ask(
                        context,
                        request,
                        (served, caller, asked) -> served.admin().describeConsumer(asked))
                .thenApply(
                        response -> {
                            if (response != null) {
                                response.groups()
                                        .replaceAll(group -> shown(context, request, group));
                            }
                            return response;
                        });
    }

    private DescribedGroup shown(
            RequestContext context,
            ConsumerGroupDescribeRequestData request,
            DescribedGroup group) {
        if (!access().group(context, Operation.DESCRIBE, group.groupId())) {
            return hidden(group, ErrorCode.GROUP_AUTHORIZATION_FAILED);
        }
        if (!group.members().stream()
                .allMatch(
                        member ->
                                maySee(context, member.assignment())
                                        && maySee(context, member.targetAssignment()))) {
            return hidden(group, ErrorCode.TOPIC_AUTHORIZATION_FAILED)
                    .setErrorMessage(
                            "The group has described topic(s) that the client is not authorized to"
                                    + " describe.");
        }
        if (request.includeAuthorizedOperations() && group.errorCode() == 0) {
            group.setAuthorizedOperations(access().operationsOn(context, group.groupId()));
        }
        return group;
    }

    private boolean maySee(RequestContext context, Assignment assignment) {
        return assignment.topicPartitions().stream()
                .allMatch(topic -> access().topic(context, Operation.DESCRIBE, topic.topicName()));
    }

    private static DescribedGroup hidden(DescribedGroup group, ErrorCode error) {
        return new DescribedGroup().setGroupId(group.groupId()).setErrorCode(error.number());
    }
}
