package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.group.GroupApi;
import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** Heartbeat: a sign of life of a classic member. */
final class HeartbeatHandler extends GroupHandler<HeartbeatRequestData, HeartbeatResponseData> {
    HeartbeatHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.HEARTBEAT, groups, access);
    }

    @Override
    public CompletionStage<@Nullable HeartbeatResponseData> handle(
            RequestContext context, HeartbeatRequestData request) {
        return askIfAllowed(
                context, Operation.READ, request.groupId(), request, GroupApi::heartbeat);
    }
}
