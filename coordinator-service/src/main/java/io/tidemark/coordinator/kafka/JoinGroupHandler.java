package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/** JoinGroup: waits until the group has come together. */
final class JoinGroupHandler extends GroupHandler<JoinGroupRequestData, JoinGroupResponseData> {
    JoinGroupHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.JOIN_GROUP, groups, access);
    }

    @Override
    public CompletionStage<@Nullable JoinGroupResponseData> handle(
            RequestContext context, JoinGroupRequestData request) {
        return askIfAllowed(
                context,
                Operation.READ,
                request.groupId(),
                request,
                (served, caller, asked) -> served.members().join(caller, asked));
    }
}
