package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.caller;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.junit.jupiter.api.Test;

/** Heartbeats that are answered when there is news. */
class HeldHeartbeatTest {
    /** A third of the session is shorter than the default. */
    private static final int HOLD_MS = Scene.SESSION_MS / 3;

    private final Scene scene = new Scene();

    @Test
    void shouldWaitUntilTheGroupRebalances() {
        List<JoinGroupResponseData> members = scene.stable(3);
        CompletableFuture<HeartbeatResponseData> first = hold(members.get(0));
        CompletableFuture<HeartbeatResponseData> second = hold(members.get(1));
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();

        scene.leave(members.get(2).memberId(), null);

        assertThat(error(first)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(error(second)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(error(hold(members.get(0)))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldHearOfAMemberThatComes() {
        List<JoinGroupResponseData> members = scene.stable(1);
        CompletableFuture<HeartbeatResponseData> held = hold(members.getFirst());

        scene.joinAtOnce();

        assertThat(error(held)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldBeAnsweredAfterAWhileWithoutNews() {
        List<JoinGroupResponseData> members = scene.stable(1);
        CompletableFuture<HeartbeatResponseData> held = hold(members.getFirst());

        scene.time.pass(HOLD_MS - 1);
        assertThat(held).isNotDone();
        scene.time.pass(1);

        assertThat(error(held)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldNotTakeMoreThanIsConfiguredInALongSession() {
        int sessionMs = 60_000;
        CompletableFuture<JoinGroupResponseData> join =
                scene.group
                        .join(caller(3), Scene.request("").setSessionTimeoutMs(sessionMs))
                        .toCompletableFuture();
        scene.time.pass(2 * DELAY_MS);
        JoinGroupResponseData member = scene.settle(List.of(join)).getFirst();
        CompletableFuture<HeartbeatResponseData> held = hold(member);

        int mostMs = GroupSettings.DEFAULTS.heartbeatHoldMs();
        scene.time.pass(mostMs - 1);
        assertThat(held).isNotDone();
        scene.time.pass(1);

        assertThat(error(held)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldCountAsASignOfLifeFromItsBeginning() {
        List<JoinGroupResponseData> members = scene.stable(1);
        for (int i = 0; i < 40; i++) {
            CompletableFuture<HeartbeatResponseData> held = hold(members.getFirst());
            scene.time.pass(HOLD_MS);
            assertThat(error(held)).isEqualTo(ErrorCode.NONE);
        }
        assertThat(scene.group.state()).isEqualTo("Stable");
    }

    @Test
    void shouldGiveWayToTheNextOneOfItsMember() {
        List<JoinGroupResponseData> members = scene.stable(1);
        CompletableFuture<HeartbeatResponseData> before = hold(members.getFirst());
        scene.time.pass(HOLD_MS / 2);

        CompletableFuture<HeartbeatResponseData> next = hold(members.getFirst());

        assertThat(error(before)).isEqualTo(ErrorCode.NONE);
        scene.time.pass(HOLD_MS - 1);
        assertThat(next).as("the first one's time is not the second one's").isNotDone();
        scene.time.pass(1);
        assertThat(error(next)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldTellAMemberThatIsPutOut() {
        List<JoinGroupResponseData> members = scene.stable(2);
        CompletableFuture<HeartbeatResponseData> held = hold(members.get(1));

        scene.leave(members.get(1).memberId(), null);

        assertThat(error(held)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldSendMembersElsewhereWhenTheCoordinatorGoes() {
        List<JoinGroupResponseData> members = scene.stable(1);
        CompletableFuture<HeartbeatResponseData> held = hold(members.getFirst());

        scene.group.close(ErrorCode.NOT_COORDINATOR);

        assertThat(error(held)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void shouldRefuseAtOnceWhateverAnyHeartbeatIsRefusedFor() {
        JoinGroupResponseData member = scene.stable(1).getFirst();

        assertThat(error(hold(request(member).setMemberId("nobody"))))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(error(hold(request(member).setGenerationId(member.generationId() + 1))))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    }

    private CompletableFuture<HeartbeatResponseData> hold(JoinGroupResponseData member) {
        return hold(request(member));
    }

    private CompletableFuture<HeartbeatResponseData> hold(HeartbeatRequestData request) {
        return scene.group.heldHeartbeat(caller(4), request).toCompletableFuture();
    }

    private static HeartbeatRequestData request(JoinGroupResponseData member) {
        return new HeartbeatRequestData()
                .setGroupId("g")
                .setMemberId(member.memberId())
                .setGenerationId(member.generationId());
    }

    private static ErrorCode error(CompletableFuture<HeartbeatResponseData> answer) {
        return ErrorCode.of(now(answer).errorCode());
    }
}
