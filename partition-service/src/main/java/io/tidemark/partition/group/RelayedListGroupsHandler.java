package io.tidemark.partition.group;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * ListGroups. Clients ask every node and put the answers together, so each node tells only of the
 * groups that FindCoordinator sends to it. Our own services, which ask one, are told of all.
 */
final class RelayedListGroupsHandler extends RelayHandler {
    /** How our own client calls itself in ApiVersions. */
    private static final String OURS = "tidemark";

    private final int nodeId;
    private final Supplier<ClusterImage> image;

    RelayedListGroupsHandler(int nodeId, GroupRelay relay, Supplier<ClusterImage> image) {
        super(ApiMessageType.LIST_GROUPS, relay);
        this.nodeId = nodeId;
        this.image = image;
    }

    @Override
    public CompletionStage<@Nullable ApiMessage> handle(
            RequestContext context, ApiMessage request) {
        CompletionStage<@Nullable ApiMessage> answer = super.handle(context, request);
        return context.connection().clientSoftware().startsWith(OURS)
                ? answer
                : answer.thenApply(this::ours);
    }

    private @Nullable ApiMessage ours(@Nullable ApiMessage response) {
        if (response instanceof ListGroupsResponseData list) {
            ClusterImage now = image.get();
            list.groups()
                    .removeIf(
                            group ->
                                    GroupPlacement.nodeOf(group.groupId(), now)
                                            .filter(node -> node == nodeId)
                                            .isEmpty());
        }
        return response;
    }
}
