package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.SESSION_MS;
import static io.tidemark.coordinator.group.classic.Scene.caller;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static io.tidemark.coordinator.group.classic.Scene.syncRequest;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.junit.jupiter.api.Test;

/** SyncGroup, Heartbeat, LeaveGroup, and commits of members. */
class MemberRequestTest {
    private final Scene scene = new Scene();

    @Test
    void shouldAnswerEveryMemberOnceTheAssignmentsAreDurable() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        CompletableFuture<SyncGroupResponseData> follower = scene.sync(now(b));
        CompletableFuture<SyncGroupResponseData> leader = scene.assign(now(a));
        assertThat(follower).isNotDone();
        assertThat(leader).isNotDone();
        assertThat(scene.group.state()).isEqualTo("CompletingRebalance");

        scene.persist();

        assertThat(now(follower).assignment()).isEqualTo(Scene.bytes(now(b).memberId()));
        assertThat(now(leader).assignment()).isEqualTo(Scene.bytes(now(a).memberId()));
        assertThat(now(leader).protocolType()).isEqualTo("consumer");
        assertThat(now(leader).protocolName()).isEqualTo("range");
        assertThat(scene.group.state()).isEqualTo("Stable");
        assertThat(scene.stored).hasSize(1);
        assertThat(scene.stored.getFirst().members().get(1).assignment())
                .isEqualTo(Scene.bytes(now(b).memberId()));
    }

    @Test
    void shouldSendMembersElsewhereWhenItIsNotCertainThatTheAssignmentsAreDurable() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        CompletableFuture<SyncGroupResponseData> leader = scene.assign(now(a));

        scene.lose();

        assertThat(now(leader).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR.number());
        assertThat(scene.group.state()).isNotEqualTo("Stable");
    }

    @Test
    void shouldGiveNothingToAMemberThatTheLeaderForgot() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        CompletableFuture<SyncGroupResponseData> follower = scene.sync(now(b));

        scene.sync(
                syncRequest(now(a))
                        .setAssignments(
                                List.of(
                                        new SyncGroupRequestAssignment()
                                                .setMemberId("nobody\nknows")
                                                .setAssignment(new byte[] {1}))));

        assertThat(now(follower).errorCode()).isZero();
        assertThat(now(follower).assignment()).isEmpty();
    }

    @Test
    void shouldStoreTheAssignmentsOfAGenerationOnce() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        CompletableFuture<SyncGroupResponseData> first = scene.assign(now(a));

        CompletableFuture<SyncGroupResponseData> second = scene.sync(now(a));
        scene.persist();

        assertThat(now(first).errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS.number());
        assertThat(now(second).assignment()).isEqualTo(Scene.bytes(now(a).memberId()));
        assertThat(scene.stored).hasSize(1);
    }

    @Test
    void shouldGiveUpAssignmentsThatAreOvertakenByARebalance() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        CompletableFuture<SyncGroupResponseData> leader = scene.assign(now(a));

        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        assertThat(now(leader).errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS.number());
        scene.persist();

        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        scene.join(now(a).memberId());
        assertThat(now(b).generationId()).isEqualTo(2);
    }

    @Test
    void shouldNotTakeAnOlderGenerationsAssignmentsForThoseOfTheNext() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        scene.assign(now(a));
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.join(now(a).memberId());
        CompletableFuture<SyncGroupResponseData> next = scene.sync(now(b));

        scene.persist();

        assertThat(next).isNotDone();
        assertThat(scene.group.state()).isEqualTo("CompletingRebalance");
    }

    @Test
    void shouldRepeatAnAssignment() {
        JoinGroupResponseData member = scene.stable(2).get(1);

        assertThat(now(scene.sync(member)).assignment()).isEqualTo(Scene.bytes(member.memberId()));
    }

    @Test
    void shouldRefuseSyncsThatDoNotFit() {
        JoinGroupResponseData member = scene.stable(2).get(1);

        assertThat(code(scene.sync(syncRequest(member).setMemberId("who"))))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(code(scene.sync(syncRequest(member).setGroupInstanceId("who"))))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(code(scene.sync(syncRequest(member).setGenerationId(7))))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(code(scene.sync(syncRequest(member).setProtocolType("connect"))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(code(scene.sync(syncRequest(member).setProtocolName("robin"))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(
                        code(
                                scene.sync(
                                        syncRequest(member)
                                                .setProtocolName(null)
                                                .setProtocolType(null))))
                .isEqualTo(ErrorCode.NONE);
        scene.joinAtOnce();
        assertThat(code(scene.sync(member))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldRefuseHeartbeatsThatDoNotFit() {
        assertThat(scene.beat("who", null, 0)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        JoinGroupResponseData member = scene.stable(1).getFirst();

        assertThat(scene.beat("who", null, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.beat(member.memberId(), "who", 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.beat(member.memberId(), null, 2)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(scene.beat(member.memberId(), "", 1)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldTakeHeartbeatsBeforeAssignmentsAreKnown() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);

        assertThat(scene.beat(now(a))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldLetMembersLeave() {
        List<JoinGroupResponseData> members = scene.stable(2);

        assertThat(scene.leave(members.get(0).memberId(), null)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.leave(members.get(0).memberId(), null))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        assertThat(scene.leave(members.get(1).memberId(), null)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.group.state()).isEqualTo("Empty");
        assertThat(scene.stored.getLast().members()).isEmpty();
    }

    @Test
    void shouldLetSeveralLeaveInOneRequest() {
        List<JoinGroupResponseData> members = scene.stable(2);

        LeaveGroupResponseData answer =
                now(
                        scene.group.leave(
                                caller(5),
                                new LeaveGroupRequestData()
                                        .setMembers(
                                                List.of(
                                                        identity(members.get(0).memberId()),
                                                        identity("who"),
                                                        identity(members.get(1).memberId())))));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.members())
                .extracting(member -> ErrorCode.of(member.errorCode()))
                .containsExactly(ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.NONE);
        assertThat(scene.group.state()).isEqualTo("Empty");
    }

    @Test
    void shouldAnswerOlderClientsThatLeaveAtTheTop() {
        JoinGroupResponseData member = scene.stable(1).getFirst();

        assertThat(leaveOlder("who").errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.number());
        assertThat(leaveOlder(member.memberId()).errorCode()).isZero();
        assertThat(leaveOlder(member.memberId()).members()).isEmpty();
    }

    @Test
    void shouldAnswerTheLastToLeaveOnceThatIsDurable() {
        JoinGroupResponseData member = scene.stable(1).getFirst();
        scene.holdLog();

        CompletableFuture<LeaveGroupResponseData> leaving =
                scene.group
                        .leave(
                                caller(5),
                                new LeaveGroupRequestData()
                                        .setMembers(List.of(identity(member.memberId()))))
                        .toCompletableFuture();

        assertThat(leaving).isNotDone();
        scene.persist();
        assertThat(now(leaving).members().getFirst().errorCode()).isZero();
    }

    @Test
    void shouldForgetAnExpectedMemberThatLeaves() {
        String expected = now(scene.join("")).memberId();

        assertThat(scene.leave(expected, null)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.leave(expected, null)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.time.pending()).isZero();
    }

    @Test
    void shouldTakeCommitsOfNobodyOnlyWhileTheGroupIsEmpty() {
        assertThat(commit("", -1)).isEqualTo(ErrorCode.NONE);
        assertThat(commit("", 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        scene.stable(1);
        assertThat(commit("", -1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        scene.time.pass(SESSION_MS);
        assertThat(commit("", -1)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.group.checkFetch("who", 9)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldTakeCommitsOfMembersInTheirGeneration() {
        JoinGroupResponseData member = scene.stable(1).getFirst();

        assertThat(commit(member.memberId(), 1)).isEqualTo(ErrorCode.NONE);
        assertThat(commit(member.memberId(), 0)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(commit(member.memberId(), -1)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(commit("who", 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.group.checkCommit(caller(8), member.memberId(), "who", 1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldTakeCommitsUntilTheNextGenerationBegins() {
        JoinGroupResponseData member = scene.stable(1).getFirst();
        scene.joinAtOnce();
        assertThat(commit(member.memberId(), 1)).isEqualTo(ErrorCode.NONE);

        scene.join(member.memberId());

        assertThat(commit(member.memberId(), 1)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(commit(member.memberId(), 2)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldTakeACommitForASignOfLife() {
        JoinGroupResponseData member = scene.stable(1).getFirst();
        scene.time.pass(SESSION_MS - 1);

        commit(member.memberId(), 1);
        scene.time.pass(SESSION_MS - 1);

        assertThat(scene.beat(member)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldAnswerEverybodyWhenItIsClosed() {
        List<JoinGroupResponseData> members = scene.stable(2);
        CompletableFuture<JoinGroupResponseData> joining = scene.join(members.get(0).memberId());
        scene.join("");

        scene.group.close(ErrorCode.NOT_COORDINATOR);
        scene.group.close(ErrorCode.NOT_COORDINATOR);

        assertThat(now(joining).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR.number());
        assertThat(scene.group.state()).isEqualTo("Dead");
        assertThat(scene.time.pending()).isZero();
        short gone = ErrorCode.COORDINATOR_NOT_AVAILABLE.number();
        assertThat(now(scene.join("")).errorCode()).isEqualTo(gone);
        assertThat(now(scene.sync(members.get(1))).errorCode()).isEqualTo(gone);
        assertThat(scene.beat(members.get(1)).number()).isEqualTo(gone);
        assertThat(commit("", -1).number()).isEqualTo(gone);
        assertThat(leaveOlder(members.get(1).memberId()).errorCode()).isEqualTo(gone);
    }

    @Test
    void shouldAnswerThoseThatSyncWhenItIsClosed() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.holdLog();
        CompletableFuture<SyncGroupResponseData> syncing = scene.assign(now(a));

        scene.group.close(ErrorCode.REBALANCE_IN_PROGRESS);
        scene.persist();

        assertThat(now(syncing).errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS.number());
        assertThat(scene.group.state()).isEqualTo("Dead");
    }

    @Test
    void shouldBearACallOutOfAnAnswer() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        CompletableFuture<SyncGroupResponseData> first = a.thenCompose(scene::assign);
        CompletableFuture<SyncGroupResponseData> second = b.thenCompose(scene::sync);
        CompletableFuture<ErrorCode> left =
                second.thenApply(done -> scene.leave(now(b).memberId(), null));

        scene.time.pass(2 * DELAY_MS);

        assertThat(now(first).assignment()).isEqualTo(Scene.bytes(now(a).memberId()));
        assertThat(now(left)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
    }

    private ErrorCode commit(String memberId, int generation) {
        return scene.group.checkCommit(caller(8), memberId, "", generation);
    }

    private LeaveGroupResponseData leaveOlder(String memberId) {
        return now(scene.group.leave(caller(2), new LeaveGroupRequestData().setMemberId(memberId)));
    }

    private static MemberIdentity identity(String memberId) {
        return new MemberIdentity().setMemberId(memberId).setReason("the consumer\nis closed");
    }

    private static ErrorCode code(CompletableFuture<SyncGroupResponseData> syncing) {
        return ErrorCode.of(now(syncing).errorCode());
    }
}
