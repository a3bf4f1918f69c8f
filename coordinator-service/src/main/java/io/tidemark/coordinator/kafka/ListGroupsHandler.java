package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.jspecify.annotations.Nullable;

/**
 * ListGroups: all groups to those who may describe the cluster, to others the groups that they may
 * describe.
 */
final class ListGroupsHandler extends GroupHandler<ListGroupsRequestData, ListGroupsResponseData> {
    ListGroupsHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.LIST_GROUPS, groups, access);
    }

    @Override
    public CompletionStage<@Nullable ListGroupsResponseData> handle(
            RequestContext context, ListGroupsRequestData request) {
        boolean all = access().cluster(context, Operation.DESCRIBE);
        return ask(context, request, (served, caller, asked) -> served.admin().list(asked))
                .thenApply(
                        response -> {
                            if (response != null && !all) {
                                response.groups()
                                        .removeIf(
                                                group ->
                                                        !access().group(
                                                                        context,
                                                                        Operation.DESCRIBE,
                                                                        group.groupId()));
                            }
                            return response;
                        });
    }

    /** Clients ask every node for its groups, and repeat it for one code only. */
    @Override
    ListGroupsResponseData refusal(
            RequestContext context, ListGroupsRequestData request, ErrorCode error) {
        return new ListGroupsResponseData()
                .setErrorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE.number());
    }
}
