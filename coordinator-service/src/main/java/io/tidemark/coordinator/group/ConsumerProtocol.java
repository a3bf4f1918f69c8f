package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** Makes memberships of KIP-848 groups. For the groups' thread. */
public interface ConsumerProtocol {

    /**
     * The refusal of a heartbeat that makes no sense whatever the group; empty where it does. May
     * take as long as it takes to look at a pattern; completes on the groups' thread.
     */
    default CompletionStage<Optional<ConsumerGroupHeartbeatResponseData>> check(
            GroupWorld world, Caller caller, ConsumerGroupHeartbeatRequestData request) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** A group without members, of which nothing is logged yet. */
    Membership create(GroupHost host);

    /**
     * A group as the log has it, for a coordinator that has begun to lead. Every member gets a
     * whole session's time to show itself.
     */
    Membership load(GroupHost host, ConsumerGroupState state, List<ConsumerMemberState> members);

    /**
     * Why a classic group with members cannot become a KIP-848 group, in words for the client: its
     * members are no consumers, or use an assignor that is not known here. Empty where it can.
     */
    Optional<String> refusal(ClassicGroupState classic);

    /**
     * Makes a KIP-848 group of a classic one with members, which go on speaking the classic
     * protocol in it. All of the new membership is logged at once, with the first request: that
     * replaces the classic one in the log.
     */
    Membership convert(GroupHost host, ClassicGroupState classic);
}
