package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** ConsumerGroupHeartbeat: all that a member of a KIP-848 group says and is told. */
final class ConsumerGroupHeartbeatHandler
        extends GroupHandler<
                ConsumerGroupHeartbeatRequestData, ConsumerGroupHeartbeatResponseData> {
    ConsumerGroupHeartbeatHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.CONSUMER_GROUP_HEARTBEAT, groups, access);
    }

    @Override
    public CompletionStage<@Nullable ConsumerGroupHeartbeatResponseData> handle(
            RequestContext context, ConsumerGroupHeartbeatRequestData request) {
        List<String> topics = request.subscribedTopicNames();
        if (topics != null
                && !topics.stream()
                        .allMatch(topic -> access().topic(context, Operation.DESCRIBE, topic))) {
            return refuse(context, request, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        }
        return askIfAllowed(
                context,
                Operation.READ,
                request.groupId(),
                request,
                (served, caller, asked) -> served.members().consumerHeartbeat(caller, asked));
    }
}
