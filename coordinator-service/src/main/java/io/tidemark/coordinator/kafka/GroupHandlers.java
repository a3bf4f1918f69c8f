package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.protocol.server.ApiHandler;
import java.util.List;

/** Every API of groups. */
public final class GroupHandlers {
    private GroupHandlers() {}

    public static List<ApiHandler<?, ?>> of(Coordinator coordinator, Authorizer authorizer) {
        GroupCoordinator groups = coordinator.groups();
        Access access = new Access(authorizer);
        return List.of(
                new OffsetCommitHandler(groups, access, coordinator::image),
                new OffsetFetchHandler(groups, access, coordinator::image),
                new OffsetDeleteHandler(groups, access),
                new JoinGroupHandler(groups, access),
                new SyncGroupHandler(groups, access),
                new HeartbeatHandler(groups, access),
                new LeaveGroupHandler(groups, access),
                new ConsumerGroupHeartbeatHandler(groups, access),
                new ListGroupsHandler(groups, access),
                new DescribeGroupsHandler(groups, access),
                new ConsumerGroupDescribeHandler(groups, access),
                new DeleteGroupsHandler(groups, access));
    }
}
