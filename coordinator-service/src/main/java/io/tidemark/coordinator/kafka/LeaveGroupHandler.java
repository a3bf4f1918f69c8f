package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.jspecify.annotations.Nullable;

/** LeaveGroup: members leave, or are removed by an administrator. */
final class LeaveGroupHandler extends GroupHandler<LeaveGroupRequestData, LeaveGroupResponseData> {
    LeaveGroupHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.LEAVE_GROUP, groups, access);
    }

    @Override
    public CompletionStage<@Nullable LeaveGroupResponseData> handle(
            RequestContext context, LeaveGroupRequestData request) {
        return askIfAllowed(
                context,
                Operation.READ,
                request.groupId(),
                request,
                (served, caller, asked) -> served.members().leave(caller, asked));
    }
}
