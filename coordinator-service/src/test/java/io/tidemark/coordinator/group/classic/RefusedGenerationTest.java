package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.caller;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.junit.jupiter.api.Test;

/** A group that has become too large for the log. */
class RefusedGenerationTest {
    private final Scene scene = new Scene();

    @Test
    void shouldGoOnInTheGenerationBefore() {
        // Given
        JoinGroupResponseData member = scene.stable(1).getFirst();
        CompletableFuture<JoinGroupResponseData> newcomer = scene.joinAtOnce();
        JoinGroupResponseData again = now(scene.join(member.memberId()));
        CompletableFuture<SyncGroupResponseData> waiting = scene.sync(now(newcomer));
        scene.refuses = true;

        // When
        CompletableFuture<SyncGroupResponseData> assigned = scene.assign(again);

        // Then
        assertThat(now(assigned).errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());
        assertThat(now(waiting).errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());
        assertThat(scene.group.state()).isEqualTo("Stable");
        assertThat(scene.beat(again)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(scene.beat(member)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.beat(now(newcomer))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(now(scene.sync(member)).assignment()).isEqualTo(Scene.bytes(member.memberId()));
    }

    @Test
    void shouldBeginAnewWhereNothingWasStored() {
        CompletableFuture<JoinGroupResponseData> first = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        scene.refuses = true;

        assertThat(now(scene.assign(now(first))).errorCode())
                .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());
        assertThat(scene.group.isEmpty()).isTrue();

        scene.refuses = false;
        assertThat(scene.stable(2)).hasSize(2);
    }

    @Test
    void shouldKeepTheMemberWhoseSuccessorIsTooMuch() {
        List<JoinGroupResponseData> members = scene.stableStatic("a", "b");
        CompletableFuture<HeartbeatResponseData> held =
                scene.group
                        .heldHeartbeat(
                                caller(4),
                                new HeartbeatRequestData()
                                        .setGroupId("g")
                                        .setMemberId(members.getFirst().memberId())
                                        .setGroupInstanceId("a")
                                        .setGenerationId(1))
                        .toCompletableFuture();
        scene.refuses = true;

        JoinGroupResponseData back = now(scene.joinStatic("b"));

        assertThat(back.errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());
        assertThat(now(held).errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.number());
        assertThat(scene.beat(members.get(1).memberId(), "b", 1)).isEqualTo(ErrorCode.NONE);
        assertThat(scene.beat(members.get(0).memberId(), "a", 1)).isEqualTo(ErrorCode.NONE);
    }
}
