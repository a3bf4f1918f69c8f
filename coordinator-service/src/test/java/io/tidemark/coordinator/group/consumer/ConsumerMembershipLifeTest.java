package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.CALLER;
import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static io.tidemark.coordinator.group.consumer.TestGroup.topicId;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** What befalls a group over time: static members, topics that change, failovers. */
class ConsumerMembershipLifeTest extends MembershipFixture {
    @Test
    void shouldKeepAStaticMembersPartitionsUntilItIsBack() {
        // Given
        group.beat(join("a", "orders").setInstanceId("one"));
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));
        group.beat(hold("a", 1, orders(0, 1)));
        group.beat(stay("b", 2));
        refuses(
                join("c", "orders").setInstanceId("one"),
                ErrorCode.UNRELEASED_INSTANCE_ID,
                "one is still used by member a");

        // When
        ConsumerGroupHeartbeatResponseData left = group.beat(stay("a", -2).setInstanceId("one"));

        // Then
        assertThat(left.memberEpoch()).isEqualTo(-2);
        assertThat(group.beat(stay("b", 2)).assignment()).isNull();
        ConsumerGroupHeartbeatResponseData back =
                group.beat(join("c", "orders").setInstanceId("one"));
        assertThat(given(back)).containsExactly(0, 1);
        assertThat(back.memberEpoch()).isEqualTo(2);
        refuses(
                stay("a", 2).setInstanceId("one"),
                ErrorCode.FENCED_INSTANCE_ID,
                "one belongs to member c now, not to a");
        assertThat(group.beat(stay("c", 2).setInstanceId("one")).errorCode()).isZero();
        assertThat(group.membership().state()).isEqualTo("Stable");
    }

    @Test
    void shouldForgetAStaticMemberThatStaysAway() {
        // Given
        group.beat(join("a", "orders").setInstanceId("one"));
        group.beat(stay("a", -2).setInstanceId("one"));

        // When
        group.time.advanceMs(45_000);

        // Then
        assertThat(group.membership().isEmpty()).isTrue();
        assertThat(given(group.beat(join("b", "orders").setInstanceId("one")))).hasSize(4);
    }

    @Test
    void shouldFollowTopicsThatMatchAPattern() {
        // Given
        ConsumerGroupHeartbeatRequestData request =
                join("a").setSubscribedTopicNames(null).setSubscribedTopicRegex("ord.*|new-.");
        assertThat(given(group.beat(request))).hasSize(4);

        // When
        group.topic("new-1", 2);
        group.topic("a-new-1", 2);

        // Then
        ConsumerGroupHeartbeatResponseData response = group.beat(stay("a", 1));
        assertThat(response.memberEpoch()).isEqualTo(2);
        assertThat(given(response, topicId("new-1"))).containsExactly(0, 1);
        assertThat(group.membership().isSubscribedTo("new-1")).isTrue();
        assertThat(group.membership().isSubscribedTo("a-new-1")).isFalse();

        // When
        group.delete("orders");

        // Then
        assertThat(given(group.beat(stay("a", 2)))).isEmpty();
        ConsumerGroupHeartbeatResponseData gone =
                group.beat(hold("a", 2, Map.of(topicId("new-1"), List.of(0, 1))));
        assertThat(gone.memberEpoch()).isEqualTo(3);
    }

    @Test
    void shouldGiveOutPartitionsThatATopicGrowsBy() {
        aloneAtEpoch1();
        group.grow("orders", 6);
        assertThat(given(group.beat(stay("a", 1)))).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void shouldNotRebalanceForTopicsOfNoConcern() {
        aloneAtEpoch1();
        int logged = group.logged.size();
        group.topic("bills", 3);
        assertThat(group.logged).hasSize(logged);
        assertThat(group.beat(stay("a", 1)).memberEpoch()).isEqualTo(1);
    }

    @Test
    void shouldFollowChangedSubscriptions() {
        // Given
        group.topic("bills", 1);
        aloneAtEpoch1();

        // When
        ConsumerGroupHeartbeatResponseData response =
                group.beat(stay("a", 1).setSubscribedTopicNames(List.of("bills")));

        // Then
        assertThat(given(response)).isEmpty();
        assertThat(response.memberEpoch()).isEqualTo(1);
        response = group.beat(hold("a", 1, Map.of()));
        assertThat(response.memberEpoch()).isEqualTo(2);
        assertThat(given(response, topicId("bills"))).containsExactly(0);
    }

    @Test
    void shouldUseTheAssignorThatMostAskFor() {
        group.beat(join("a", "orders").setServerAssignor("range"));
        assertThat(group.describe().assignorName()).isEqualTo("range");
        group.beat(join("b", "orders").setServerAssignor("uniform"));
        group.beat(join("c", "orders").setServerAssignor("uniform"));
        assertThat(group.describe().assignorName()).isEqualTo("uniform");
    }

    @Test
    void shouldGoOnAtTheSameEpochsAfterAFailover() {
        // Given
        twoAtEpoch2();
        int logged = group.logged.size();

        // When
        group.failOver();

        // Then
        assertThat(group.beat(stay("a", 2)).memberEpoch()).isEqualTo(2);
        assertThat(group.beat(stay("b", 2)).memberEpoch()).isEqualTo(2);
        assertThat(group.logged).hasSize(logged);
        assertThat(group.membership().state()).isEqualTo("Stable");
        group.time.advanceMs(45_000);
        assertThat(group.membership().isEmpty()).isTrue();
    }

    @Test
    void shouldGoOnRevokingAfterAFailover() {
        // Given
        aloneAtEpoch1();
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));

        // When
        group.failOver();

        // Then
        assertThat(group.beat(stay("b", 2)).assignment()).isNull();
        assertThat(group.beat(hold("a", 1, orders(0, 1))).memberEpoch()).isEqualTo(2);
        assertThat(given(group.beat(stay("b", 2)))).containsExactly(2, 3);
    }

    @Test
    void shouldSeeAfterAFailoverThatTopicsHaveGrownMeanwhile() {
        // Given
        aloneAtEpoch1();
        group.membership().close(ErrorCode.NOT_COORDINATOR);
        group.grow("orders", 5);

        // When
        group.failOver();

        // Then
        assertThat(given(group.beat(stay("a", 1)))).hasSize(5);
    }

    @Test
    void shouldAcceptCommitsOfTheCurrentEpoch() {
        Caller v9 = new Caller("c", "/h", (short) 9);
        assertThat(group.membership().checkCommit(v9, "", "", -1)).isEqualTo(ErrorCode.NONE);
        twoAtEpoch2();
        assertThat(group.membership().checkCommit(v9, "a", "", 2)).isEqualTo(ErrorCode.NONE);
        assertThat(group.membership().checkCommit(v9, "a", "", 0))
                .isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group.membership().checkCommit(v9, "a", "", 3))
                .isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group.membership().checkCommit(v9, "b", "", 1))
                .isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group.membership().checkCommit(v9, "x", "", 2))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group.membership().checkCommit(v9, "", "", -1))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group.membership().checkCommit(new Caller("c", "/h", (short) 8), "a", "", 2))
                .isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(group.membership().checkFetch("", -1)).isEqualTo(ErrorCode.NONE);
        assertThat(group.membership().checkFetch("a", 2)).isEqualTo(ErrorCode.NONE);
        assertThat(group.membership().checkFetch("a", 1)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(group.membership().checkFetch("x", 2)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldDescribeMembersWithWhatTheyHaveAndShallHave() {
        // Given
        aloneAtEpoch1();
        group.beat(join("b", "orders").setInstanceId("two").setRackId("r"));

        // When
        ConsumerGroupDescribeResponseData.DescribedGroup described = group.describe();

        // Then
        assertThat(described.groupState()).isEqualTo("Reconciling");
        assertThat(described.groupEpoch()).isEqualTo(2);
        assertThat(described.assignmentEpoch()).isEqualTo(2);
        assertThat(described.assignorName()).isEqualTo("uniform");
        ConsumerGroupDescribeResponseData.Member b = described.members().get(1);
        assertThat(b.memberId()).isEqualTo("b");
        assertThat(b.instanceId()).isEqualTo("two");
        assertThat(b.rackId()).isEqualTo("r");
        assertThat(b.clientId()).isEqualTo(CALLER.clientId());
        assertThat(b.clientHost()).isEqualTo("/127.0.0.1");
        assertThat(b.subscribedTopicNames()).containsExactly("orders");
        assertThat(b.memberType()).isEqualTo((byte) 1);
        assertThat(b.assignment().topicPartitions()).isEmpty();
        assertThat(b.targetAssignment().topicPartitions())
                .singleElement()
                .satisfies(
                        topic -> {
                            assertThat(topic.topicName()).isEqualTo("orders");
                            assertThat(topic.partitions()).containsExactly(2, 3);
                        });
    }

    @Test
    void shouldGiveMembersPartitionsInTheirRack() {
        // Given
        group.node(1, "east");
        group.node(2, "west");
        group.topic("near", 4, List.of(1, 2));
        group.logsAtOnce = false;
        group.send(join("z", "near").setRackId("west"));
        group.durable();
        CompletableFuture<ConsumerGroupHeartbeatResponseData> a =
                group.send(join("a", "near").setRackId("west"));
        group.durable();
        assertThat(a.join().errorCode()).isZero();

        // When
        group.send(stay("z", -1));
        group.send(join("b", "near").setRackId("east"));
        group.durable();

        // Then
        ConsumerGroupDescribeResponseData.DescribedGroup described = group.describe();
        assertThat(described.members()).hasSize(2);
        assertThat(described.members().get(1).targetAssignment().topicPartitions())
                .singleElement()
                .satisfies(topic -> assertThat(topic.partitions()).hasSize(2));
    }

    @Test
    void shouldRebalanceAHundredMembersOverThreeHundredPartitionsInAFewRounds() {
        // Given
        group.topic("big", 300);
        for (int i = 0; i < 100; i++) {
            assertThat(group.beat(join("m" + i, "big")).errorCode()).isZero();
        }

        // When
        int rounds = 0;
        while (!group.membership().state().equals("Stable")) {
            rounds++;
            assertThat(rounds).isLessThan(10);
            group.describe()
                    .members()
                    .forEach(
                            member -> {
                                Map<Uuid, List<Integer>> held = new HashMap<>();
                                member.assignment()
                                        .topicPartitions()
                                        .forEach(t -> held.put(t.topicId(), t.partitions()));
                                group.beat(hold(member.memberId(), member.memberEpoch(), held));
                            });
        }

        // Then
        assertThat(group.describe().members())
                .allMatch(
                        m -> m.assignment().topicPartitions().getFirst().partitions().size() == 3);
        assertThat(IntStream.range(0, rounds)).hasSizeLessThan(10);
    }
}
