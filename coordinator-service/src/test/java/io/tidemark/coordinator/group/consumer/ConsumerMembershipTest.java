package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

class ConsumerMembershipTest extends MembershipFixture {
    @Test
    void shouldGiveTheFirstMemberEverythingAtOnce() {
        // When
        ConsumerGroupHeartbeatResponseData response = group.beat(join("a", "orders"));

        // Then
        assertThat(given(response)).containsExactly(0, 1, 2, 3);
        assertThat(response.memberId()).isEqualTo("a");
        assertThat(response.memberEpoch()).isEqualTo(1);
        assertThat(group.membership().state()).isEqualTo("Stable");
        assertThat(group.membership().isSubscribedTo("orders")).isTrue();
        assertThat(group.membership().isSubscribedTo("bills")).isFalse();
    }

    @Test
    void shouldNameMembersThatDoNotNameThemselves() {
        // When
        ConsumerGroupHeartbeatResponseData response =
                group.membership()
                        .consumerHeartbeat(new Caller("c", "/h", (short) 0), join("", "orders"))
                        .toCompletableFuture()
                        .join();

        // Then
        assertThat(response.memberId()).hasSize(22);
        assertThat(group.beat(stay(response.memberId(), 1)).errorCode()).isZero();
    }

    @Test
    void shouldHandPartitionsOverOnlyOnceTheyAreGivenUp() {
        // Given
        aloneAtEpoch1();

        // When
        ConsumerGroupHeartbeatResponseData joined = group.beat(join("b", "orders"));

        // Then
        assertThat(given(joined)).isEmpty();
        assertThat(joined.memberEpoch()).isEqualTo(2);
        assertThat(joined.heartbeatIntervalMs()).isEqualTo(500);
        assertThat(group.membership().state()).isEqualTo("Reconciling");

        // When
        ConsumerGroupHeartbeatResponseData revoke = group.beat(stay("a", 1));

        // Then
        assertThat(given(revoke)).containsExactly(0, 1);
        assertThat(revoke.memberEpoch()).isEqualTo(1);
        assertThat(group.beat(stay("b", 2)).assignment()).isNull();
        assertThat(group.beat(hold("a", 1, orders(0, 1, 2))).memberEpoch()).isEqualTo(1);

        // When
        ConsumerGroupHeartbeatResponseData acknowledged = group.beat(hold("a", 1, orders(0, 1)));

        // Then
        assertThat(acknowledged.memberEpoch()).isEqualTo(2);
        assertThat(acknowledged.assignment()).isNull();
        assertThat(given(group.beat(stay("b", 2)))).containsExactly(2, 3);
        assertThat(group.membership().state()).isEqualTo("Stable");
        assertThat(group.beat(stay("a", 2)).heartbeatIntervalMs()).isEqualTo(1_000);
    }

    @Test
    void shouldAnswerUnchangedHeartbeatsWithoutLogging() {
        // Given
        twoAtEpoch2();
        int logged = group.logged.size();
        group.logsAtOnce = false;

        // When
        ConsumerGroupHeartbeatResponseData response = group.beat(stay("a", 2));

        // Then
        assertThat(response.errorCode()).isZero();
        assertThat(response.assignment()).isNull();
        assertThat(group.logged).hasSize(logged);
    }

    @Test
    void shouldTellEverythingToThoseThatSayEverything() {
        twoAtEpoch2();
        ConsumerGroupHeartbeatRequestData full =
                hold("a", 2, orders(0, 1))
                        .setRebalanceTimeoutMs(60_000)
                        .setSubscribedTopicNames(List.of("orders"));
        assertThat(given(group.beat(full))).containsExactly(0, 1);
    }

    @Test
    void shouldAnswerOnlyWhatIsDurable() {
        // Given
        group.logsAtOnce = false;

        // When
        CompletableFuture<ConsumerGroupHeartbeatResponseData> first =
                group.send(join("a", "orders"));
        CompletableFuture<ConsumerGroupHeartbeatResponseData> second =
                group.send(join("b", "orders"));
        CompletableFuture<ConsumerGroupHeartbeatResponseData> third =
                group.send(join("c", "orders"));

        // Then
        assertThat(List.of(first, second, third)).noneMatch(CompletableFuture::isDone);
        group.durable();
        assertThat(List.of(first, second, third)).allMatch(CompletableFuture::isDone);
        assertThat(
                        group.logged.stream()
                                .filter(GroupChange.ConsumerStored.class::isInstance)
                                .count())
                .as("those who wait for the log share a target")
                .isEqualTo(2);
        assertThat(third.join().memberEpoch()).isEqualTo(2);
    }

    @Test
    void shouldSayNotCoordinatorWhereTheLogFails() {
        // Given
        group.logsAtOnce = false;
        CompletableFuture<ConsumerGroupHeartbeatResponseData> joining =
                group.send(join("a", "orders"));

        // When
        group.appends.remove().completeExceptionally(new IllegalStateException("lost"));

        // Then
        assertThat(joining.join().errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR.number());
    }

    @Test
    void shouldAcceptThePreviousEpochWhereTheResponseWasLost() {
        // Given
        aloneAtEpoch1();
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));
        assertThat(group.beat(hold("a", 1, orders(0, 1))).memberEpoch()).isEqualTo(2);

        // When
        ConsumerGroupHeartbeatResponseData again =
                group.beat(
                        hold("a", 1, orders(0, 1))
                                .setRebalanceTimeoutMs(60_000)
                                .setSubscribedTopicNames(List.of("orders")));

        // Then
        assertThat(again.memberEpoch()).isEqualTo(2);
        assertThat(given(again)).containsExactly(0, 1);
        refuses(hold("a", 1, orders(0, 1, 2)), ErrorCode.FENCED_MEMBER_EPOCH, "epoch 2, not 1");
        refuses(stay("a", 1), ErrorCode.FENCED_MEMBER_EPOCH, "epoch 2, not 1");
        refuses(stay("a", 3), ErrorCode.FENCED_MEMBER_EPOCH, "epoch 2, not 3");
    }

    @Test
    void shouldLetAKnownMemberJoinAgainWithoutFreeingWhatItMayStillHold() {
        // Given
        aloneAtEpoch1();
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));

        // When
        ConsumerGroupHeartbeatResponseData again = group.beat(join("a", "orders"));

        // Then
        assertThat(given(again)).containsExactly(0, 1);
        assertThat(again.memberEpoch()).isEqualTo(1);
        assertThat(given(group.beat(join("b", "orders")))).isEmpty();
        assertThat(group.beat(hold("a", 1, orders(0, 1))).memberEpoch()).isEqualTo(2);
    }

    @Test
    void shouldRefuseMembersThatAreNotThere() {
        refuses(stay("x", 1), ErrorCode.UNKNOWN_MEMBER_ID, "Member x");
        refuses(stay("x", -1), ErrorCode.UNKNOWN_MEMBER_ID, "Member x");
        aloneAtEpoch1();
        assertThat(group.beat(stay("a", -1)).memberEpoch()).isEqualTo(-1);
        refuses(stay("a", 1), ErrorCode.UNKNOWN_MEMBER_ID, "Member a");
        assertThat(group.membership().state()).isEqualTo("Empty");
        assertThat(group.membership().isEmpty()).isTrue();
    }

    @Test
    void shouldGiveWhatALeavingMemberHadToOthers() {
        // Given
        twoAtEpoch2();

        // When
        group.beat(stay("b", -1));

        // Then
        ConsumerGroupHeartbeatResponseData response = group.beat(stay("a", 2));
        assertThat(response.memberEpoch()).isEqualTo(3);
        assertThat(given(response)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        refuses(join("a").setGroupId(""), ErrorCode.INVALID_REQUEST, "GroupId");
        refuses(join(""), ErrorCode.INVALID_REQUEST, "MemberId");
        refuses(stay("a", -3), ErrorCode.INVALID_REQUEST, "-3");
        refuses(stay("a", -2), ErrorCode.INVALID_REQUEST, "InstanceId");
        refuses(join("a").setInstanceId(""), ErrorCode.INVALID_REQUEST, "InstanceId");
        refuses(join("a").setRackId(""), ErrorCode.INVALID_REQUEST, "RackId");
        refuses(
                join("a").setRebalanceTimeoutMs(-1),
                ErrorCode.INVALID_REQUEST,
                "RebalanceTimeoutMs");
        refuses(join("a").setTopicPartitions(null), ErrorCode.INVALID_REQUEST, "TopicPartitions");
        refuses(
                join("a").setSubscribedTopicNames(null),
                ErrorCode.INVALID_REQUEST,
                "SubscribedTopicNames");
        refuses(hold("a", 1, orders(-5)), ErrorCode.INVALID_REQUEST, "-5");
        refuses(hold("a", 1, orders(2_000_000_000)), ErrorCode.INVALID_REQUEST, "2000000000");
        refuses(
                hold(
                        "a",
                        1,
                        IntStream.range(0, 9)
                                .boxed()
                                .collect(
                                        Collectors.toMap(
                                                i -> new Uuid(7, i), i -> List.of(1_000_000)))),
                ErrorCode.INVALID_REQUEST,
                "topics of 9,000,000 partitions");
        refuses(
                join("a").setServerAssignor("sticky"),
                ErrorCode.UNSUPPORTED_ASSIGNOR,
                "sticky is not supported. Supported assignors: uniform, range");
        refuses(
                join("a").setSubscribedTopicRegex("orders["),
                ErrorCode.INVALID_REGULAR_EXPRESSION,
                "orders[");
        assertThat(group.logged).isEmpty();
    }

    @Test
    void shouldAskMembersMoreSeldomTheMoreTheyAre() {
        // Given: 400 members of a topic that is not there, each at the epoch of its joining
        for (int i = 1; i <= 400; i++) {
            group.beat(join("m" + i, "nothing"));
        }
        assertThat(group.beat(stay("m1", 1)).heartbeatIntervalMs()).isEqualTo(500);

        // When
        ConsumerGroupHeartbeatResponseData last = new ConsumerGroupHeartbeatResponseData();
        for (int i = 2; i <= 400; i++) {
            last = group.beat(stay("m" + i, i));
        }

        // Then: 200 heartbeats a second
        assertThat(last.heartbeatIntervalMs()).isEqualTo(2_000);

        // When
        for (int i = 1; i < 400; i++) {
            group.beat(stay("m" + i, -1));
        }
        assertThat(group.beat(stay("m400", 400)).heartbeatIntervalMs()).isEqualTo(1_000);
        assertThat(group.membership().state()).isEqualTo("Stable");
    }

    @Test
    void shouldRefuseMoreMembersThanAllowed() {
        // Given
        TestGroup small =
                new TestGroup(
                        new GroupSettings(
                                6_000, 60_000, 1, 0, 0, 5_000, 1_000, 45_000, 1_000, 1_000, 100, 1),
                        0);
        small.topic("orders", 1);
        small.beat(join("a", "orders"));

        // When
        ConsumerGroupHeartbeatResponseData response = small.beat(join("b", "orders"));

        // Then
        assertThat(response.errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());
        assertThat(small.beat(join("a", "orders")).errorCode()).isZero();
    }

    @Test
    void shouldPutOutSilentMembers() {
        // Given
        twoAtEpoch2();
        group.time.advanceMs(30_000);
        group.beat(stay("a", 2));

        // When
        group.time.advanceMs(15_000);

        // Then
        refuses(stay("b", 2), ErrorCode.UNKNOWN_MEMBER_ID, "Member b");
        assertThat(given(group.beat(stay("a", 2)))).containsExactly(0, 1, 2, 3);
        group.time.advanceMs(45_000);
        assertThat(group.membership().isEmpty()).isTrue();
        assertThat(group.time.pendingTimers()).isZero();
    }

    @Test
    void shouldPutOutMembersThatDoNotRevokeInTime() {
        // Given
        assertThat(given(group.beat(join("a", "orders").setRebalanceTimeoutMs(20_000)))).hasSize(4);
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));
        assertThat(given(group.beat(join("b", "orders")))).isEmpty();

        // When
        for (int i = 0; i < 4; i++) {
            group.time.advanceMs(5_000);
            group.beat(stay("a", 1));
        }

        // Then
        refuses(stay("a", 1), ErrorCode.UNKNOWN_MEMBER_ID, "Member a");
        assertThat(given(group.beat(stay("b", 2)))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void shouldNotPutOutMembersThatRevokedInTime() {
        twoAtEpoch2();
        for (int i = 0; i < 30; i++) {
            group.time.advanceMs(5_000);
            assertThat(group.beat(stay("a", 2)).errorCode()).isZero();
            assertThat(group.beat(stay("b", 2)).errorCode()).isZero();
        }
    }
}
