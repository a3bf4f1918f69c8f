package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * Who is in a group, by one protocol. A group has one at a time, beside its offsets, which outlive
 * it. Belongs to the groups' thread. Errors of requests are values in the responses; stages
 * complete on the groups' thread.
 *
 * <p>The classic protocol's requests come to KIP-848 groups too: a group of both has members that
 * speak the classic one.
 */
public interface Membership {

    CompletionStage<JoinGroupResponseData> join(Caller caller, JoinGroupRequestData request);

    CompletionStage<SyncGroupResponseData> sync(Caller caller, SyncGroupRequestData request);

    CompletionStage<HeartbeatResponseData> heartbeat(Caller caller, HeartbeatRequestData request);

    /** {@link #heartbeat}, but it may be answered only when there is news, or after a while. */
    default CompletionStage<HeartbeatResponseData> heldHeartbeat(
            Caller caller, HeartbeatRequestData request) {
        return heartbeat(caller, request);
    }

    CompletionStage<LeaveGroupResponseData> leave(Caller caller, LeaveGroupRequestData request);

    /** Of KIP-848 groups; others refuse it. */
    default CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        return CompletableFuture.completedFuture(
                new ConsumerGroupHeartbeatResponseData()
                        .setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.number())
                        .setErrorMessage(
                                "Group " + request.groupId() + " is not a consumer group."));
    }

    /**
     * A classic group as it is now, whatever its state, for its conversion to KIP-848. Empty for
     * others.
     */
    default Optional<ClassicGroupState> classicState() {
        return Optional.empty();
    }

    /** As ListGroups names it: {@code classic} or {@code consumer}. */
    String groupType();

    /** As ListGroups shows it, {@code consumer} for consumers; empty where not known. */
    String protocolType();

    /** As ListGroups shows it: {@code Empty}, {@code Stable}, {@code PreparingRebalance} … */
    String state();

    /** Whether nobody is in it: then offsets may expire, and the group may be deleted. */
    boolean isEmpty();

    /** Wall clock in milliseconds of the last change of members, for the expiry of offsets. */
    long sinceMs();

    /** Whether some member consumes the topic: then its offsets are not deleted. */
    boolean isSubscribedTo(String topic);

    /**
     * Whether a commit is accepted; a sign of life of the member where it is.
     *
     * @param memberId empty for one that is in no group: accepted only while the group is empty
     * @param instanceId empty for a dynamic member
     * @param epoch generation or member epoch; negative for one that is in no group
     */
    ErrorCode checkCommit(Caller caller, String memberId, String instanceId, int epoch);

    /**
     * Whether a commit that {@link #checkCommit} let through may set a partition's offset. Differs
     * by partition only where a member commits at an epoch that it has left since.
     */
    default ErrorCode checkCommitTo(String memberId, int epoch, Uuid topicId, int partition) {
        return ErrorCode.NONE;
    }

    /** Whether a read of offsets is accepted; {@code memberId} empty for an administrator. */
    ErrorCode checkFetch(String memberId, int epoch);

    /**
     * For DescribeGroups, which can describe classic groups only; fills in all but the group id.
     */
    void describe(DescribeGroupsResponseData.DescribedGroup into);

    /** For ConsumerGroupDescribe, KIP-848 groups only; fills in all but the group id. */
    void describe(ConsumerGroupDescribeResponseData.DescribedGroup into);

    /** Topics have come, gone or grown. */
    void topicsChanged();

    /**
     * This coordinator leads no more, or the membership is converted: answers everybody who waits
     * with the error and ends its timers.
     */
    void close(ErrorCode error);
}
