package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.REBALANCE_MS;
import static io.tidemark.coordinator.group.classic.Scene.SESSION_MS;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.junit.jupiter.api.Test;

/** When a generation begins and ends. */
class RebalanceTest {
    private final Scene scene = new Scene();

    @Test
    void shouldWaitALittleForTheFirstMembersAndNotWhenThereAreSome() {
        CompletableFuture<JoinGroupResponseData> first = scene.joinAtOnce();
        scene.time.pass(DELAY_MS - 1);
        assertThat(first).isNotDone();
        scene.time.pass(1);
        scene.settle(List.of(first));

        CompletableFuture<JoinGroupResponseData> second = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> again = scene.join(now(first).memberId());

        assertThat(now(second).generationId()).isEqualTo(2);
        assertThat(now(again).members()).hasSize(2);
    }

    @Test
    void shouldWaitLongerWhileMembersKeepComing() {
        CompletableFuture<JoinGroupResponseData> first = scene.joinAtOnce();
        for (int i = 0; i < 5; i++) {
            scene.time.pass(DELAY_MS / 2);
            scene.joinAtOnce();
            scene.time.pass(DELAY_MS / 2);
            assertThat(first).isNotDone();
        }

        scene.time.pass(DELAY_MS);

        assertThat(now(first).members()).hasSize(6);
    }

    @Test
    void shouldNotWaitLongerThanTheRebalanceTimeoutForMoreMembers() {
        CompletableFuture<JoinGroupResponseData> first = scene.joinAtOnce();
        for (int passed = 0; passed < REBALANCE_MS; passed += DELAY_MS / 2) {
            assertThat(first).isNotDone();
            scene.joinAtOnce();
            scene.time.pass(DELAY_MS / 2);
        }

        assertThat(first).isDone();
    }

    @Test
    void shouldTellMembersByTheirHeartbeatsToJoinAgain() {
        List<JoinGroupResponseData> members = scene.stable(2);
        assertThat(scene.beat(members.get(1))).isEqualTo(ErrorCode.NONE);

        scene.joinAtOnce();

        assertThat(scene.beat(members.get(1))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldLeaveBehindMembersThatDoNotJoinAgain() {
        List<JoinGroupResponseData> members = scene.stable(3);
        CompletableFuture<JoinGroupResponseData> second = scene.join(changed(members.get(1)));
        for (int passed = 0; passed < REBALANCE_MS; passed += SESSION_MS / 2) {
            assertThat(second).isNotDone();
            scene.beat(members.get(0));
            scene.beat(members.get(2));
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(now(second).members()).hasSize(1);
        assertThat(now(second).leader()).isEqualTo(now(second).memberId());
        assertThat(scene.beat(members.get(0))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldGoOnAsSoonAsThoseThatAreWaitedForAreGone() {
        List<JoinGroupResponseData> members = scene.stable(3);
        CompletableFuture<JoinGroupResponseData> second = scene.join(changed(members.get(1)));

        scene.leave(members.get(0).memberId(), null);
        assertThat(second).isNotDone();
        scene.time.pass(SESSION_MS);

        assertThat(now(second).members()).hasSize(1);
    }

    @Test
    void shouldNotDropAMemberThatWaitsForOthers() {
        List<JoinGroupResponseData> members = scene.stable(2);
        CompletableFuture<JoinGroupResponseData> second = scene.join(changed(members.get(1)));
        for (int passed = 0; passed < 3 * SESSION_MS; passed += SESSION_MS / 2) {
            scene.beat(members.get(0));
            scene.time.pass(SESSION_MS / 2);
        }

        scene.join(members.get(0).memberId());

        assertThat(now(second).generationId()).isEqualTo(2);
    }

    @Test
    void shouldEmptyTheGroupWhenTheLastMemberFallsSilent() {
        scene.stable(1);

        scene.time.pass(SESSION_MS - 1);
        assertThat(scene.group.state()).isEqualTo("Stable");
        scene.time.pass(1);

        assertThat(scene.group.state()).isEqualTo("Empty");
        assertThat(scene.group.isEmpty()).isTrue();
        assertThat(scene.stored.getLast())
                .satisfies(
                        state -> {
                            assertThat(state.members()).isEmpty();
                            assertThat(state.generation()).isEqualTo(2);
                            assertThat(state.protocolType()).isEqualTo("consumer");
                            assertThat(state.leader()).isEmpty();
                            assertThat(state.sinceMs()).isEqualTo(scene.time.wallMs());
                        });
        assertThat(scene.time.pending()).isZero();
    }

    @Test
    void shouldKeepAMemberByItsHeartbeats() {
        JoinGroupResponseData member = scene.stable(1).getFirst();
        for (int i = 0; i < 10; i++) {
            scene.time.pass(SESSION_MS - 1);
            assertThat(scene.beat(member)).isEqualTo(ErrorCode.NONE);
        }
        assertThat(scene.time.pending()).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldBlameNobodyForItsOwnPause() {
        JoinGroupResponseData member = scene.stable(1).getFirst();

        scene.time.jump(60_000);
        scene.time.pass(0);

        assertThat(scene.beat(member)).isEqualTo(ErrorCode.NONE);
        scene.time.pass(SESSION_MS);
        assertThat(scene.group.state()).isEqualTo("Empty");
    }

    @Test
    void shouldDropMembersThatDoNotSync() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        CompletableFuture<SyncGroupResponseData> waiting = scene.sync(now(b));
        for (int passed = 0; passed < REBALANCE_MS; passed += SESSION_MS / 2) {
            assertThat(waiting).isNotDone();
            scene.beat(now(a));
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(ErrorCode.of(now(waiting).errorCode()))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(scene.beat(now(a))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        JoinGroupResponseData alone = now(scene.join(now(b).memberId()));
        assertThat(alone.members()).hasSize(1);
        assertThat(alone.leader()).isEqualTo(now(b).memberId());
    }

    @Test
    void shouldDropAFollowerThatDoesNotSyncInAStableGroup() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.assign(now(a));
        assertThat(scene.group.state()).isEqualTo("Stable");
        for (int passed = 0; passed < REBALANCE_MS; passed += SESSION_MS / 2) {
            scene.beat(now(a));
            scene.beat(now(b));
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(scene.beat(now(b))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.beat(now(a))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldGoThroughEmptyInTheFirstRebalance() {
        String only = now(scene.join("")).memberId();
        CompletableFuture<JoinGroupResponseData> joining = scene.join(only);

        assertThat(scene.leave(only, null)).isEqualTo(ErrorCode.NONE);
        assertThat(ErrorCode.of(now(joining).errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        scene.time.pass(DELAY_MS);

        assertThat(scene.group.state()).isEqualTo("Empty");
        assertThat(scene.stored.getLast().generation()).isEqualTo(1);
    }

    @Test
    void shouldMoveOnlyAsTheTableSays() {
        assertThat(ClassicState.EMPTY.leadsTo(ClassicState.PREPARING_REBALANCE)).isTrue();
        assertThat(ClassicState.EMPTY.leadsTo(ClassicState.STABLE)).isFalse();
        assertThat(ClassicState.STABLE.leadsTo(ClassicState.COMPLETING_REBALANCE)).isFalse();
        assertThat(ClassicState.COMPLETING_REBALANCE.leadsTo(ClassicState.EMPTY)).isFalse();
        for (ClassicState next : ClassicState.values()) {
            assertThat(ClassicState.DEAD.leadsTo(next)).isFalse();
        }
    }

    private static JoinGroupRequestData changed(JoinGroupResponseData member) {
        return Scene.request(
                member.memberId(), Map.of("range", Scene.subscription("orders", "bills")));
    }
}
