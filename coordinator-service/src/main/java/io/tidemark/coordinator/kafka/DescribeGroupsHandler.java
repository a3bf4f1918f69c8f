package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.jspecify.annotations.Nullable;

/**
 * DescribeGroups: of classic groups. Nothing is told of groups that the principal may not describe.
 */
final class DescribeGroupsHandler
        extends GroupHandler<DescribeGroupsRequestData, DescribeGroupsResponseData> {
    DescribeGroupsHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.DESCRIBE_GROUPS, groups, access);
    }

    @Override
    public CompletionStage<@Nullable DescribeGroupsResponseData> handle(
            RequestContext context, DescribeGroupsRequestData request) {
        // Once each, however often it is named.
        request.setGroups(request.groups().stream().distinct().toList());
        return ask(
                        context,
                        request,
                        (served, caller, asked) -> served.admin().describe(caller, asked))
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
            RequestContext context, DescribeGroupsRequestData request, DescribedGroup group) {
        if (!access().group(context, Operation.DESCRIBE, group.groupId())) {
            return new DescribedGroup()
                    .setGroupId(group.groupId())
                    .setErrorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.number());
        }
        if (request.includeAuthorizedOperations() && group.errorCode() == 0) {
            group.setAuthorizedOperations(access().operationsOn(context, group.groupId()));
        }
        return group;
    }
}
