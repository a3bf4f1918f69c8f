package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.REBALANCE_MS;
import static io.tidemark.coordinator.group.classic.Scene.SESSION_MS;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static io.tidemark.coordinator.group.classic.Scene.request;
import static io.tidemark.coordinator.group.classic.Scene.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.junit.jupiter.api.Test;

/** Static members: KIP-345 and KIP-814. */
class StaticMemberTest {
    private final Scene scene = new Scene();

    @Test
    void shouldLetAStaticMemberInAtOnceUnderItsInstanceId() {
        JoinGroupResponseData member = scene.stableStatic("i").getFirst();

        assertThat(member.memberId()).startsWith("i-");
        assertThat(member.members().getFirst().groupInstanceId()).isEqualTo("i");
        assertThat(scene.stored.getLast().members().getFirst().instanceId())
                .isEqualTo(Optional.of("i"));
    }

    @Test
    void shouldTakeBackAFollowerWithoutARebalance() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");

        JoinGroupResponseData back = now(scene.joinStatic("b"));

        assertThat(back.errorCode()).isZero();
        assertThat(back.memberId()).isNotEqualTo(members.get(1).memberId());
        assertThat(back.generationId()).isEqualTo(1);
        assertThat(back.leader()).isEqualTo(members.get(0).memberId());
        assertThat(back.skipAssignment()).isFalse();
        assertThat(back.members()).isEmpty();
        assertThat(scene.group.state()).isEqualTo("Stable");
        assertThat(now(scene.sync(back)).assignment())
                .isEqualTo(Scene.bytes(members.get(1).memberId()));
        assertThat(scene.stored.getLast().members())
                .extracting(member -> member.memberId())
                .containsExactlyInAnyOrder(members.get(0).memberId(), back.memberId());
    }

    @Test
    void shouldTellALeaderThatIsBackNotToAssign() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");

        JoinGroupResponseData back = now(scene.joinStatic("a"));

        assertThat(back.skipAssignment()).isTrue();
        assertThat(back.leader()).isEqualTo(back.memberId());
        assertThat(back.members()).hasSize(2);
        assertThat(now(scene.sync(back)).assignment())
                .isEqualTo(Scene.bytes(members.get(0).memberId()));
    }

    @Test
    void shouldShowAnOlderLeaderThatIsBackTheIdItHad() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");

        JoinGroupResponseData back =
                now(scene.group.join(Scene.caller(8), request("").setGroupInstanceId("a")));

        assertThat(back.skipAssignment()).isFalse();
        assertThat(back.leader()).isEqualTo(members.get(0).memberId());
        assertThat(back.members()).isEmpty();
        assertThat(scene.stored.getLast().leader()).isEqualTo(back.memberId());
    }

    @Test
    void shouldAnswerAMemberThatIsBackOnceItsNewIdIsDurable() {
        scene.stableStatic("a");
        scene.holdLog();

        CompletableFuture<JoinGroupResponseData> back = scene.joinStatic("a");
        assertThat(back).isNotDone();
        scene.persist();
        assertThat(now(back).errorCode()).isZero();

        CompletableFuture<JoinGroupResponseData> lost = scene.joinStatic("a");
        scene.lose();
        assertThat(ErrorCode.of(now(lost).errorCode())).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void shouldFenceTheFormerMember() {
        JoinGroupResponseData old = scene.stableStatic("a", "b").get(1);

        JoinGroupResponseData back = now(scene.joinStatic("b"));

        assertThat(scene.beat(old.memberId(), "b", 1)).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.beat(old.memberId(), null, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.beat(back.memberId(), "b", 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fenced(scene.join(request(old.memberId()).setGroupInstanceId("b")))).isTrue();
        assertThat(now(scene.sync(Scene.syncRequest(old).setGroupInstanceId("b"))).errorCode())
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID.number());
        assertThat(scene.leave(old.memberId(), "b")).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.group.checkCommit(Scene.caller(8), old.memberId(), "b", 1))
                .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void shouldFenceTheFormerMemberWhileItWaits() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");
        CompletableFuture<JoinGroupResponseData> joining =
                scene.join(request(members.get(0).memberId()).setGroupInstanceId("a"));
        assertThat(joining).isNotDone();

        CompletableFuture<JoinGroupResponseData> back = scene.joinStatic("a");

        assertThat(fenced(joining)).isTrue();
        assertThat(back).isNotDone();
        scene.join(request(members.get(1).memberId()).setGroupInstanceId("b"));
        assertThat(now(back).generationId()).isEqualTo(2);
    }

    @Test
    void shouldFenceTheFormerMemberWhileItSyncs() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinStatic("a");
        CompletableFuture<JoinGroupResponseData> b = scene.joinStatic("b");
        scene.time.pass(2 * Scene.DELAY_MS);
        CompletableFuture<SyncGroupResponseData> syncing = scene.sync(now(b));

        scene.joinStatic("b");

        assertThat(ErrorCode.of(now(syncing).errorCode())).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(scene.beat(now(a).memberId(), "a", 1))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldRebalanceForAMemberThatIsBackWithOtherTopics() {
        scene.stableStatic("a", "b");

        CompletableFuture<JoinGroupResponseData> back =
                scene.join(
                        request("", Map.of("range", subscription("bills")))
                                .setGroupInstanceId("b"));

        assertThat(back).isNotDone();
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
    }

    @Test
    void shouldRebalanceForAMemberThatIsBackWithOtherProtocols() {
        Map<String, byte[]> both = new LinkedHashMap<>();
        both.put("robin", Scene.RANGE);
        both.put("range", Scene.RANGE);
        CompletableFuture<JoinGroupResponseData> only =
                scene.join(request("", both).setGroupInstanceId("a"));
        scene.time.pass(2 * Scene.DELAY_MS);
        scene.sync(Scene.syncRequest(now(only)).setProtocolName("robin"));
        assertThat(scene.group.state()).isEqualTo("Stable");

        JoinGroupResponseData back = now(scene.joinStatic("a"));

        assertThat(back.generationId()).isEqualTo(2);
        assertThat(back.protocolName()).isEqualTo("range");
    }

    @Test
    void shouldRebalanceWhenAMemberIsBackBeforeAssignmentsAreKnown() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinStatic("a");
        CompletableFuture<JoinGroupResponseData> b = scene.joinStatic("b");
        scene.time.pass(2 * Scene.DELAY_MS);
        CompletableFuture<SyncGroupResponseData> syncing = scene.sync(now(b));

        CompletableFuture<JoinGroupResponseData> back = scene.joinStatic("a");

        assertThat(back).isNotDone();
        assertThat(ErrorCode.of(now(syncing).errorCode()))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(now(a).errorCode()).isZero();
        scene.join(request(now(b).memberId()).setGroupInstanceId("b"));
        assertThat(now(back).generationId()).isEqualTo(2);
    }

    @Test
    void shouldKeepStaticMembersThatDoNotJoinAgainUntilTheirSessionsEnd() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");
        CompletableFuture<JoinGroupResponseData> joining =
                scene.join(
                        request(
                                        members.get(1).memberId(),
                                        Map.of("range", subscription("x", "orders")))
                                .setGroupInstanceId("b")
                                .setRebalanceTimeoutMs(SESSION_MS / 2));
        for (int passed = 0; passed < REBALANCE_MS; passed += SESSION_MS / 2) {
            assertThat(joining).isNotDone();
            scene.beat(members.get(0).memberId(), "a", 1);
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(now(joining).members()).hasSize(2);
        assertThat(now(joining).leader()).isEqualTo(members.get(1).memberId());
        scene.time.pass(SESSION_MS);
        assertThat(scene.beat(members.get(0).memberId(), "a", 1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldWaitOnWhereNobodyHasJoinedAgain() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");
        String dynamic = now(scene.join("")).memberId();
        scene.join(dynamic);
        scene.leave(dynamic, null);
        for (int passed = 0; passed < 3 * REBALANCE_MS; passed += SESSION_MS / 2) {
            scene.beat(members.get(0).memberId(), "a", 1);
            scene.beat(members.get(1).memberId(), "b", 1);
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        scene.time.pass(SESSION_MS);
        assertThat(scene.group.state()).isEqualTo("Empty");
        assertThat(scene.time.pending()).isZero();
    }

    @Test
    void shouldSendAwayAStaticMemberByItsInstanceId() {
        scene.stableStatic("a", "b");

        assertThat(scene.leave("", "nobody")).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.leave("", "b")).isEqualTo(ErrorCode.NONE);

        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        assertThat(scene.group.classicState().orElseThrow().members()).hasSize(1);
    }

    private static boolean fenced(CompletableFuture<JoinGroupResponseData> joining) {
        return now(joining).errorCode() == ErrorCode.FENCED_INSTANCE_ID.number();
    }
}
