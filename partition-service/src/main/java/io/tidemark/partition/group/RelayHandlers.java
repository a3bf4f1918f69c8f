package io.tidemark.partition.group;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.server.ApiHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ApiMessageType;

/** Every API of groups, passed on. */
public final class RelayHandlers {
    private static final List<ApiMessageType> TYPES =
            List.of(
                    ApiMessageType.OFFSET_COMMIT,
                    ApiMessageType.OFFSET_FETCH,
                    ApiMessageType.OFFSET_DELETE,
                    ApiMessageType.JOIN_GROUP,
                    ApiMessageType.SYNC_GROUP,
                    ApiMessageType.HEARTBEAT,
                    ApiMessageType.LEAVE_GROUP,
                    ApiMessageType.CONSUMER_GROUP_HEARTBEAT,
                    ApiMessageType.DESCRIBE_GROUPS,
                    ApiMessageType.CONSUMER_GROUP_DESCRIBE,
                    ApiMessageType.DELETE_GROUPS);

    private RelayHandlers() {}

    public static List<ApiHandler<?, ?>> of(
            int nodeId, GroupRelay relay, Supplier<ClusterImage> image) {
        List<ApiHandler<?, ?>> handlers = new ArrayList<>();
        TYPES.forEach(type -> handlers.add(new RelayHandler(type, relay)));
        handlers.add(new RelayedListGroupsHandler(nodeId, relay, image));
        return handlers;
    }
}
