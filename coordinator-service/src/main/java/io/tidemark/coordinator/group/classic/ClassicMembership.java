package io.tidemark.coordinator.group.classic;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.classic.ClassicMember.Identity;
import io.tidemark.coordinator.group.classic.ClassicMember.Terms;
import io.tidemark.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
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

/**
 * A group that speaks the classic protocol. What lasts of it is stored once for each generation,
 * when the leader's assignments are known or nobody is left, and when a static member comes back; a
 * group that another coordinator loads goes on in the generation it had.
 *
 * <p>Errors are values in the responses. Whoever is answered may call again from within the answer.
 */
final class ClassicMembership implements Membership {
    private static final short MANY_LEAVE_VERSION = 3;

    /** A held answer takes that part of the member's session at most. */
    private static final int HOLDS_OF_SESSION = 3;

    private final ClassicGroup group;
    private final Syncing syncing;
    private final Rebalance rebalance;
    private final Leaving leaving;
    private final Joining joining;

    /** A group that has no members yet. Nothing of it is stored before it has had some. */
    ClassicMembership(GroupHost host) {
        group = new ClassicGroup(host);
        syncing = new Syncing(group);
        rebalance = new Rebalance(group, syncing);
        leaving = new Leaving(group, rebalance);
        joining = new Joining(group, rebalance, leaving::expire);
    }

    /**
     * Takes what is stored, once, before anything else.
     *
     * @param again whether all members must join again
     */
    void restore(ClassicGroupState stored, boolean again) {
        group.answers()
                .after(
                        () -> {
                            stored.members()
                                    .forEach(member -> restore(member, stored.protocolType()));
                            group.restore(stored);
                            if (again || isCrowded()) {
                                rebalance.left("it was loaded, and must gather anew");
                            }
                        });
    }

    private boolean isCrowded() {
        return group.members().size() > group.world().settings().maxSize();
    }

    private void restore(ClassicMemberState stored, String protocolType) {
        ClassicMember member =
                Joining.member(
                        group,
                        new Identity(
                                stored.memberId(),
                                stored.instanceId().orElse(null),
                                stored.clientId(),
                                stored.clientHost()),
                        new Terms(
                                stored.sessionTimeoutMs(),
                                stored.rebalanceTimeoutMs(),
                                new LinkedHashMap<>(stored.protocols())),
                        false,
                        leaving::expire);
        member.assign(stored.assignment());
        group.add(member, protocolType);
        member.alive();
    }

    /** Answered once the next generation begins, but for errors. */
    @Override
    public CompletionStage<JoinGroupResponseData> join(
            Caller caller, JoinGroupRequestData request) {
        if (group.is(ClassicState.DEAD)) {
            return CompletableFuture.completedFuture(
                    JoinAnswers.error(request.memberId(), ErrorCode.COORDINATOR_NOT_AVAILABLE));
        }
        return group.answers().after(() -> joining.join(caller, request));
    }

    /** Answered once the assignments of the generation are durable, but for errors. */
    @Override
    public CompletionStage<SyncGroupResponseData> sync(
            Caller caller, SyncGroupRequestData request) {
        if (group.is(ClassicState.DEAD)) {
            return CompletableFuture.completedFuture(
                    Syncing.error(ErrorCode.COORDINATOR_NOT_AVAILABLE));
        }
        return group.answers().after(() -> syncing.sync(request));
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heartbeat(
            Caller caller, HeartbeatRequestData request) {
        return CompletableFuture.completedFuture(
                new HeartbeatResponseData().setErrorCode(heartbeat(request).number()));
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heldHeartbeat(
            Caller caller, HeartbeatRequestData request) {
        ErrorCode error = heartbeat(request);
        boolean mayWait =
                group.is(ClassicState.STABLE) && group.world().settings().heartbeatHoldMs() > 0;
        if (error != ErrorCode.NONE || !mayWait) {
            return CompletableFuture.completedFuture(
                    new HeartbeatResponseData().setErrorCode(error.number()));
        }
        ClassicMember member = group.members().find(request.memberId()).orElseThrow();
        long mostMs =
                Math.min(
                        group.world().settings().heartbeatHoldMs(),
                        member.terms().sessionTimeoutMs() / HOLDS_OF_SESSION);
        return group.answers().after(() -> group.hold(member, mostMs));
    }

    private ErrorCode heartbeat(HeartbeatRequestData request) {
        if (group.is(ClassicState.DEAD)) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        ErrorCode error =
                group.check(request.memberId(), request.groupInstanceId(), request.generationId());
        if (error != ErrorCode.NONE) {
            return error;
        }
        group.members().find(request.memberId()).ifPresent(ClassicMember::alive);
        return group.is(ClassicState.PREPARING_REBALANCE)
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : ErrorCode.NONE;
    }

    /** Answered at once; where nobody is left, once that is durable. */
    @Override
    public CompletionStage<LeaveGroupResponseData> leave(
            Caller caller, LeaveGroupRequestData request) {
        if (group.is(ClassicState.DEAD)) {
            return CompletableFuture.completedFuture(
                    new LeaveGroupResponseData()
                            .setErrorCode(ErrorCode.COORDINATOR_NOT_AVAILABLE.number()));
        }
        boolean many = caller.apiVersion() >= MANY_LEAVE_VERSION;
        List<MemberIdentity> who =
                many
                        ? request.members()
                        : List.of(new MemberIdentity().setMemberId(request.memberId()));
        CompletableFuture<LeaveGroupResponseData> answer = new CompletableFuture<>();
        group.answers()
                .after(
                        () -> {
                            List<MemberResponse> left = leaving.leave(who);
                            LeaveGroupResponseData response = new LeaveGroupResponseData();
                            response =
                                    many
                                            ? response.setMembers(left)
                                            : response.setErrorCode(left.getFirst().errorCode());
                            answerLeave(answer, response);
                        });
        return answer;
    }

    private void answerLeave(
            CompletableFuture<LeaveGroupResponseData> answer, LeaveGroupResponseData response) {
        if (!isEmpty()) {
            group.answers().give(answer, response);
            return;
        }
        group.whenStored(
                error ->
                        group.answers()
                                .give(
                                        answer,
                                        error == ErrorCode.NONE
                                                ? response
                                                : new LeaveGroupResponseData()
                                                        .setErrorCode(error.number())));
    }

    /** As it stands, with what every member wants and was last given. */
    @Override
    public Optional<ClassicGroupState> classicState() {
        return Optional.of(group.snapshot());
    }

    @Override
    public String groupType() {
        return "classic";
    }

    @Override
    public String protocolType() {
        return group.protocolType();
    }

    @Override
    public String state() {
        return group.state().shown();
    }

    @Override
    public boolean isEmpty() {
        return group.is(ClassicState.EMPTY);
    }

    @Override
    public long sinceMs() {
        return group.sinceMs();
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return group.isSubscribedTo(topic);
    }

    @Override
    public ErrorCode checkCommit(Caller caller, String memberId, String instanceId, int epoch) {
        if (group.is(ClassicState.DEAD)) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        boolean named = epoch >= 0 || !memberId.isEmpty() || !instanceId.isEmpty();
        if (epoch < 0 && isEmpty()) {
            return ErrorCode.NONE;
        }
        if (!named) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        ErrorCode error = group.check(memberId, instanceId, epoch);
        if (error != ErrorCode.NONE) {
            return error;
        }
        group.members().find(memberId).ifPresent(ClassicMember::alive);
        return group.is(ClassicState.COMPLETING_REBALANCE)
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : ErrorCode.NONE;
    }

    /** Always accepted: the classic protocol does not fence reads. */
    @Override
    public ErrorCode checkFetch(String memberId, int epoch) {
        return ErrorCode.NONE;
    }

    @Override
    public void describe(DescribeGroupsResponseData.DescribedGroup into) {
        boolean stable = group.is(ClassicState.STABLE);
        into.setGroupState(state())
                .setProtocolType(group.protocolType())
                .setProtocolData(stable ? group.protocol() : "")
                .setMembers(
                        group.members().all().stream()
                                .map(member -> described(member, stable))
                                .toList());
    }

    private DescribedGroupMember described(ClassicMember member, boolean stable) {
        DescribedGroupMember described =
                new DescribedGroupMember()
                        .setMemberId(member.id())
                        .setGroupInstanceId(member.instanceId())
                        .setClientId(member.identity().clientId())
                        .setClientHost(member.identity().clientHost());
        return stable
                ? described
                        .setMemberMetadata(member.metadata(group.protocol()))
                        .setMemberAssignment(member.assignment())
                : described;
    }

    @Override
    public void describe(ConsumerGroupDescribeResponseData.DescribedGroup into) {
        into.setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.number())
                .setErrorMessage("Group " + group.id() + " is not a consumer group.");
    }

    /** Nothing to do: classic members watch topics themselves. */
    @Override
    public void topicsChanged() {}

    @Override
    public void close(ErrorCode error) {
        if (group.is(ClassicState.DEAD)) {
            return;
        }
        group.answers()
                .after(
                        () -> {
                            group.move(ClassicState.DEAD);
                            rebalance.end();
                            group.pending().clear();
                            for (ClassicMember member : group.members().all()) {
                                member.session().end();
                                group.refuse(member, error);
                            }
                        });
    }
}
