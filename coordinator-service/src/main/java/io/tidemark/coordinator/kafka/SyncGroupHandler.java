package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** SyncGroup: waits for the assignment. */
final class SyncGroupHandler extends GroupHandler<SyncGroupRequestData, SyncGroupResponseData> {
    SyncGroupHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.SYNC_GROUP, groups, access);
    }

    @Override
    public CompletionStage<@Nullable SyncGroupResponseData> handle(
            RequestContext context, SyncGroupRequestData request) {
        return askIfAllowed(
                context,
                Operation.READ,
                request.groupId(),
                request,
                (served, caller, asked) -> served.members().sync(caller, asked));
    }
}
