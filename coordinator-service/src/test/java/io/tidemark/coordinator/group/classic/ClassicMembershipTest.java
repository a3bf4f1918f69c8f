package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.SESSION_MS;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static io.tidemark.coordinator.group.classic.Scene.request;
import static io.tidemark.coordinator.group.classic.Scene.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.junit.jupiter.api.Test;

/** What a group shows, and how it goes on with another coordinator. */
class ClassicMembershipTest {
    private final Scene scene = new Scene();

    @Test
    void shouldDescribeAStableGroup() {
        List<JoinGroupResponseData> members = scene.stableStatic("a");

        DescribedGroup described = describe();

        assertThat(described.groupState()).isEqualTo("Stable");
        assertThat(described.protocolType()).isEqualTo("consumer");
        assertThat(described.protocolData()).isEqualTo("range");
        assertThat(described.authorizedOperations()).isEqualTo(Integer.MIN_VALUE);
        assertThat(described.members().getFirst())
                .satisfies(
                        member -> {
                            assertThat(member.memberId()).isEqualTo(members.getFirst().memberId());
                            assertThat(member.groupInstanceId()).isEqualTo("a");
                            assertThat(member.clientId()).isEqualTo("client");
                            assertThat(member.clientHost()).isEqualTo("/10.0.0.7");
                            assertThat(member.memberMetadata()).isEqualTo(Scene.RANGE);
                            assertThat(member.memberAssignment())
                                    .isEqualTo(Scene.bytes(member.memberId()));
                        });
    }

    @Test
    void shouldDescribeAGroupThatRebalancesWithoutAssignments() {
        assertThat(describe().groupState()).isEqualTo("Empty");
        scene.stable(1);
        scene.joinAtOnce();

        DescribedGroup described = describe();

        assertThat(described.groupState()).isEqualTo("PreparingRebalance");
        assertThat(described.protocolData()).isEmpty();
        assertThat(described.members()).hasSize(2);
        assertThat(described.members().getFirst().memberAssignment()).isEmpty();
    }

    @Test
    void shouldRefuseTheOtherProtocol() {
        ConsumerGroupDescribeResponseData.DescribedGroup described =
                new ConsumerGroupDescribeResponseData.DescribedGroup();
        scene.group.describe(described);

        assertThat(described.errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());
        assertThat(described.errorMessage()).contains("g is not a consumer group");
        assertThat(
                        now(scene.group.consumerHeartbeat(
                                        Scene.caller(1),
                                        new ConsumerGroupHeartbeatRequestData().setGroupId("g")))
                                .errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());
        assertThat(scene.group.groupType()).isEqualTo("classic");
    }

    @Test
    void shouldKnowWhichTopicsItsMembersConsume() {
        assertThat(scene.group.isSubscribedTo("orders")).isFalse();
        assertThat(scene.group.protocolType()).isEmpty();
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        scene.join(request("", Map.of("range", subscription("bills"))).setGroupInstanceId("b"));
        scene.time.pass(2 * DELAY_MS);

        assertThat(now(a).errorCode()).isZero();
        assertThat(scene.group.isSubscribedTo("orders")).isTrue();
        assertThat(scene.group.isSubscribedTo("bills")).isTrue();
        assertThat(scene.group.isSubscribedTo("others")).isFalse();
        assertThat(scene.group.protocolType()).isEqualTo("consumer");
    }

    @Test
    void shouldTakeConsumersThatDoNotSayForSubscribers() {
        scene.join(request("", Map.of("range", Scene.bytes("?"))).setGroupInstanceId("b"));
        scene.time.pass(2 * DELAY_MS);

        assertThat(scene.group.isSubscribedTo("orders")).isTrue();
    }

    @Test
    void shouldNotTakeOthersForSubscribers() {
        scene.join(
                request("", Map.of("range", Scene.RANGE))
                        .setProtocolType("connect")
                        .setGroupInstanceId("b"));
        scene.time.pass(2 * DELAY_MS);

        assertThat(scene.group.isSubscribedTo("orders")).isFalse();
    }

    @Test
    void shouldGoOnWithAnotherCoordinatorWithoutARebalance() {
        List<JoinGroupResponseData> members = scene.stable(3);

        scene.reload();

        assertThat(scene.group.state()).isEqualTo("Stable");
        scene.group.topicsChanged();
        for (JoinGroupResponseData member : members) {
            assertThat(scene.beat(member)).isEqualTo(ErrorCode.NONE);
            assertThat(now(scene.sync(member)).assignment())
                    .isEqualTo(Scene.bytes(member.memberId()));
        }
        assertThat(scene.group.isSubscribedTo("orders")).isTrue();
        assertThat(now(scene.join(members.get(2).memberId())).leader())
                .isEqualTo(members.getFirst().memberId());
    }

    @Test
    void shouldDropMembersThatAnotherCoordinatorNeverHears() {
        List<JoinGroupResponseData> members = scene.stable(2);
        scene.reload();

        scene.time.pass(SESSION_MS - 1);
        scene.beat(members.get(1));
        scene.time.pass(1);

        assertThat(scene.beat(members.get(0))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.beat(members.get(1))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldSendBackMembersOfAGenerationThatNeverLasted() {
        JoinGroupResponseData first = scene.stable(1).getFirst();
        CompletableFuture<JoinGroupResponseData> other = scene.joinAtOnce();
        JoinGroupResponseData again = now(scene.join(first.memberId()));
        assertThat(again.generationId()).isEqualTo(2);

        scene.reload();

        assertThat(scene.beat(again)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(scene.beat(now(other))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(now(scene.join(first.memberId())).generationId()).isEqualTo(2);
    }

    @Test
    void shouldLoadAnEmptyGroup() {
        scene.stable(1);
        scene.time.pass(SESSION_MS);

        scene.reload();

        assertThat(scene.group.isEmpty()).isTrue();
        assertThat(scene.group.sinceMs()).isEqualTo(scene.stored.getLast().sinceMs());
        assertThat(scene.group.protocolType()).isEqualTo("consumer");
        assertThat(scene.stable(1).getFirst().generationId()).isEqualTo(3);
    }

    @Test
    void shouldAskAllMembersOfAConvertedGroupToJoinAgain() {
        List<JoinGroupResponseData> members = scene.stable(2);
        ClassicGroupState state = scene.group.classicState().orElseThrow();
        scene.group.close(ErrorCode.REBALANCE_IN_PROGRESS);

        scene.group = new ClassicMemberships().convert(scene.host(), state);

        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        assertThat(scene.beat(members.get(1))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        scene.join(members.get(0).memberId());
        assertThat(now(scene.join(members.get(1).memberId())).generationId()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheFirstMemberForTheLeaderOfAConvertedGroupWithout() {
        List<JoinGroupResponseData> members = scene.stable(2);
        ClassicGroupState state = scene.group.classicState().orElseThrow();

        scene.group =
                new ClassicMemberships()
                        .convert(
                                scene.host(),
                                new ClassicGroupState(
                                        9, "consumer", "", "", state.sinceMs(), state.members()));
        scene.join(members.get(1).memberId());
        JoinGroupResponseData first = now(scene.join(members.get(0).memberId()));

        assertThat(first.generationId()).isEqualTo(10);
        assertThat(first.leader()).isEqualTo(members.get(0).memberId());
        assertThat(first.members()).hasSize(2);
    }

    private DescribedGroup describe() {
        DescribedGroup described = new DescribedGroup();
        scene.group.describe(described);
        return described;
    }
}
