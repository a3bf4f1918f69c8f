package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.jspecify.annotations.Nullable;

/** DeleteGroups: leaves those alone that the principal may not delete. */
final class DeleteGroupsHandler
        extends GroupHandler<DeleteGroupsRequestData, DeleteGroupsResponseData> {
    DeleteGroupsHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.DELETE_GROUPS, groups, access);
    }

    @Override
    public CompletionStage<@Nullable DeleteGroupsResponseData> handle(
            RequestContext context, DeleteGroupsRequestData request) {
        Map<Boolean, List<String>> groups =
                request.groupsNames().stream()
                        .collect(
                                Collectors.partitioningBy(
                                        group -> access().group(context, Operation.DELETE, group)));
        List<String> refused = groups.getOrDefault(false, List.of());
        request.setGroupsNames(groups.getOrDefault(true, List.of()));
        return ask(context, request, (served, caller, asked) -> served.admin().delete(asked))
                .thenApply(
                        response -> {
                            if (response != null) {
                                refused.forEach(group -> response.results().add(refusal(group)));
                            }
                            return response;
                        });
    }

    private static DeletableGroupResult refusal(String group) {
        return new DeletableGroupResult()
                .setGroupId(group)
                .setErrorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.number());
    }
}
