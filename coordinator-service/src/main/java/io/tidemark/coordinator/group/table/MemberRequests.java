package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * What members ask. A membership comes into being with its first member, and turns into one of the
 * other protocol where that is what a new member speaks:
 *
 * <pre>
 *  classic, empty    -- ConsumerGroupHeartbeat --> KIP-848
 *  classic, members  -- ConsumerGroupHeartbeat --> KIP-848 with classic members, or refused
 *  KIP-848, empty    -- JoinGroup              --> classic
 *  KIP-848, members  -- JoinGroup              --> the KIP-848 group's own affair
 * </pre>
 */
public final class MemberRequests {
    private static final short FIRST_LEAVE_OF_MANY = 3;
    private static final int JOINING = 0;

    private final GroupTable table;

    MemberRequests(GroupTable table) {
        this.table = table;
    }

    public CompletionStage<JoinGroupResponseData> join(
            Caller caller, JoinGroupRequestData request) {
        ErrorCode error = checkId(request.groupId());
        if (error == ErrorCode.NONE
                && !request.memberId().isEmpty()
                && membership(request.groupId()).isEmpty()) {
            error = ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (error == ErrorCode.NONE && !table.hasRoomFor(request.groupId())) {
            error = ErrorCode.POLICY_VIOLATION;
        }
        return error == ErrorCode.NONE
                ? forClassicMember(table.findOrCreate(request.groupId())).join(caller, request)
                : done(
                        new JoinGroupResponseData()
                                .setMemberId(request.memberId())
                                .setErrorCode(error.number()));
    }

    private Membership forClassicMember(Group group) {
        if (!group.isClassic() && !group.hasMembers()) {
            group.endMembership(ErrorCode.REBALANCE_IN_PROGRESS);
        }
        return group.membership().orElseGet(() -> group.begin(table.classic().create(group)));
    }

    public CompletionStage<SyncGroupResponseData> sync(
            Caller caller, SyncGroupRequestData request) {
        ErrorCode error = checkId(request.groupId());
        Optional<Membership> members = membership(request.groupId());
        return error == ErrorCode.NONE && members.isPresent()
                ? members.get().sync(caller, request)
                : done(new SyncGroupResponseData().setErrorCode(orUnknown(error).number()));
    }

    public CompletionStage<HeartbeatResponseData> heartbeat(
            Caller caller, HeartbeatRequestData request) {
        return heartbeat(request, members -> members.heartbeat(caller, request));
    }

    /**
     * {@link #heartbeat}, but where all is well it is answered only when the members have to join
     * again, or after a while ({@link GroupSettings#heartbeatHoldMs}).
     */
    public CompletionStage<HeartbeatResponseData> heldHeartbeat(
            Caller caller, HeartbeatRequestData request) {
        return heartbeat(request, members -> members.heldHeartbeat(caller, request));
    }

    private CompletionStage<HeartbeatResponseData> heartbeat(
            HeartbeatRequestData request,
            Function<Membership, CompletionStage<HeartbeatResponseData>> ask) {
        ErrorCode error = checkId(request.groupId());
        Optional<Membership> members = membership(request.groupId());
        return error == ErrorCode.NONE && members.isPresent()
                ? ask.apply(members.get())
                : done(new HeartbeatResponseData().setErrorCode(orUnknown(error).number()));
    }

    public CompletionStage<LeaveGroupResponseData> leave(
            Caller caller, LeaveGroupRequestData request) {
        ErrorCode error = checkId(request.groupId());
        Optional<Membership> members = membership(request.groupId());
        if (error == ErrorCode.NONE && members.isPresent()) {
            return members.get().leave(caller, request);
        }
        LeaveGroupResponseData response = new LeaveGroupResponseData();
        if (error != ErrorCode.NONE || caller.apiVersion() < FIRST_LEAVE_OF_MANY) {
            return done(response.setErrorCode(orUnknown(error).number()));
        }
        for (MemberIdentity member : request.members()) {
            response.members()
                    .add(
                            new MemberResponse()
                                    .setMemberId(member.memberId())
                                    .setGroupInstanceId(member.groupInstanceId())
                                    .setErrorCode(ErrorCode.UNKNOWN_MEMBER_ID.number()));
        }
        return done(response);
    }

    public CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        if (checkId(request.groupId()) != ErrorCode.NONE) {
            return refuse(ErrorCode.INVALID_REQUEST, "GroupId can't be empty.");
        }
        return table.consumer()
                .check(table.world(), caller, request)
                .thenCompose(
                        refusal ->
                                refusal.map(MemberRequests::done)
                                        .orElseGet(() -> checkedHeartbeat(caller, request)));
    }

    private CompletionStage<ConsumerGroupHeartbeatResponseData> checkedHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        Optional<Membership> members = membership(request.groupId());
        if (request.memberEpoch() != JOINING) {
            return members.isPresent()
                    ? members.get().consumerHeartbeat(caller, request)
                    : refuse(
                            ErrorCode.GROUP_ID_NOT_FOUND,
                            "Consumer group " + request.groupId() + " not found.");
        }
        Optional<ClassicGroupState> classic =
                members.filter(m -> !m.isEmpty()).flatMap(Membership::classicState);
        Optional<String> refusal = classic.flatMap(table.consumer()::refusal);
        if (refusal.isPresent()) {
            return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, refusal.get());
        }
        if (!table.hasRoomFor(request.groupId())) {
            return refuse(
                    ErrorCode.POLICY_VIOLATION,
                    "The coordinator takes no more than "
                            + table.world().settings().maxGroups()
                            + " groups (tidemark.coordinator.groups.max-groups).");
        }
        return forConsumerMember(table.findOrCreate(request.groupId()), classic)
                .consumerHeartbeat(caller, request);
    }

    private Membership forConsumerMember(Group group, Optional<ClassicGroupState> classic) {
        if (classic.isPresent()) {
            group.closeMembership(ErrorCode.REBALANCE_IN_PROGRESS);
        } else if (group.isClassic()) {
            group.endMembership(ErrorCode.REBALANCE_IN_PROGRESS);
        }
        return group.membership()
                .orElseGet(
                        () ->
                                group.begin(
                                        classic.isPresent()
                                                ? table.consumer().convert(group, classic.get())
                                                : table.consumer().create(group)));
    }

    private Optional<Membership> membership(@Nullable String groupId) {
        return table.find(groupId).flatMap(Group::membership);
    }

    private static ErrorCode checkId(@Nullable String groupId) {
        return groupId == null || groupId.isEmpty() ? ErrorCode.INVALID_GROUP_ID : ErrorCode.NONE;
    }

    private static ErrorCode orUnknown(ErrorCode error) {
        return error == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : error;
    }

    private static CompletionStage<ConsumerGroupHeartbeatResponseData> refuse(
            ErrorCode error, String message) {
        return done(
                new ConsumerGroupHeartbeatResponseData()
                        .setErrorCode(error.number())
                        .setErrorMessage(message));
    }

    private static <T> CompletionStage<T> done(T response) {
        return CompletableFuture.completedFuture(response);
    }
}
