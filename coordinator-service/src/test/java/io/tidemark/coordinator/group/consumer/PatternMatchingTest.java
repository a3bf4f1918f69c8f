package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static io.tidemark.coordinator.group.consumer.TestGroup.topicId;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** Patterns are matched elsewhere, and a group goes on meanwhile. */
class PatternMatchingTest extends MembershipFixture {

    @Test
    void shouldAnswerOnceItIsKnownWhatTheNewPatternMatches() {
        // When
        CompletableFuture<ConsumerGroupHeartbeatResponseData> answer = sendUnmatched("ord.*");

        // Then
        assertThat(answer).isNotDone();
        group.match();
        assertThat(answer).isDone();
        assertThat(given(answer.join())).hasSize(4);
    }

    @Test
    void shouldRefuseWhatTurnsOutToBeNoPattern() {
        // Given
        CompletableFuture<ConsumerGroupHeartbeatResponseData> answer = sendUnmatched("orders[");
        assertThat(answer).isNotDone();

        // When
        group.match();

        // Then
        assertThat(answer.join().errorCode())
                .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION.number());
        assertThat(group.membership().isEmpty()).isTrue();
    }

    @Test
    void shouldLetAMemberJoinWhoseTopicsAreFoundLater() {
        // Given: its pattern is compiled, and what is before it takes long
        CompletableFuture<ConsumerGroupHeartbeatResponseData> joined = sendUnmatched("ord.*");
        group.heldMatching.remove().run();

        // When
        group.time.advanceMs(1_000);

        // Then
        assertThat(joined).isDone();
        assertThat(given(joined.join())).isEmpty();
        assertThat(group.beat(stay("a", 1)).errorCode()).isZero();
        assertThat(given(group.beat(join("b", "orders")))).hasSize(4);
        assertThat(group.membership().isSubscribedTo("orders")).isTrue();

        // When
        group.match();

        // Then: half of the partitions are handed over
        ConsumerGroupHeartbeatResponseData told = group.beat(stay("b", 2));
        assertThat(given(told)).hasSize(2);
        group.beat(hold("b", 2, Map.of(topicId("orders"), given(told))));
        assertThat(given(group.beat(stay("a", 1)))).hasSize(2);
    }

    @Test
    void shouldAskAMemberToComeAgainWhosePatternIsNotEvenRead() {
        // Given
        CompletableFuture<ConsumerGroupHeartbeatResponseData> joined = sendUnmatched("ord.*");

        // When
        group.time.advanceMs(1_000);

        // Then
        assertThat(joined.join().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.number());
        assertThat(joined.join().errorMessage()).contains("patterns");
        group.match();
        group.matchesAtOnce = true;
        assertThat(given(group.beat(pattern("a", "ord.*")))).hasSize(4);
    }

    @Test
    void shouldLeaveWhatIsAssignedUntilANewCoordinatorKnowsThePatterns() {
        // Given
        group.topic("orders-2", 2);
        group.beat(pattern("a", "ord.*"));
        group.beat(pattern("b", "ord.*"));
        ConsumerGroupHeartbeatResponseData revoked = group.beat(stay("a", 1));
        Map<Uuid, List<Integer>> kept =
                Map.of(
                        topicId("orders"), given(revoked),
                        topicId("orders-2"), given(revoked, topicId("orders-2")));
        group.beat(hold("a", 1, kept));
        group.beat(stay("b", 2));
        assertThat(group.membership().state()).isEqualTo("Stable");
        group.logged.clear();

        // When
        group.matchesAtOnce = false;
        group.failOver();
        group.membership().topicsChanged();

        // Then
        assertThat(group.beat(hold("a", 2, kept)).memberEpoch()).isEqualTo(2);
        assertThat(group.beat(stay("b", 2)).memberEpoch()).isEqualTo(2);
        assertThat(group.logged).isEmpty();

        // And when somebody comes meanwhile, nobody loses what it has
        group.beat(join("c", "other"));
        assertThat(group.beat(stay("a", 2)).memberEpoch()).isEqualTo(3);
        assertThat(group.describe().members())
                .filteredOn(member -> !member.memberId().equals("c"))
                .allSatisfy(
                        member ->
                                assertThat(member.targetAssignment())
                                        .isEqualTo(member.assignment()));

        // When
        group.match();

        // Then: nothing is matched otherwise than before, but one target was computed without it
        assertThat(group.describe().groupEpoch()).isEqualTo(4);
        assertThat(group.describe().members())
                .filteredOn(member -> !member.memberId().equals("c"))
                .allSatisfy(
                        member ->
                                assertThat(member.targetAssignment())
                                        .isEqualTo(member.assignment()));
    }

    @Test
    void shouldChangeNothingWhereANewCoordinatorFindsWhatTheOldOneFound() {
        // Given
        group.beat(pattern("a", "ord.*"));
        group.logged.clear();
        group.matchesAtOnce = false;
        group.failOver();
        group.membership().topicsChanged();

        // When
        group.match();

        // Then
        assertThat(group.beat(stay("a", 1)).memberEpoch()).isEqualTo(1);
        assertThat(group.logged).isEmpty();
    }

    @Test
    void shouldComputeATargetAnewThatWasComputedBeforeAllWasKnown() {
        // Given: a target of which a new coordinator is to know that it is not complete
        group.beat(join("b", "orders"));
        CompletableFuture<ConsumerGroupHeartbeatResponseData> joined = sendUnmatched("ord.*");
        group.heldMatching.remove().run();
        group.time.advanceMs(1_000);
        assertThat(given(joined.join())).isEmpty();

        // When
        group.failOver();
        group.membership().topicsChanged();
        group.match();

        // Then
        assertThat(given(group.beat(stay("b", 1)))).hasSize(2);
    }

    @Test
    void shouldTakeNewTopicsInOnceTheyAreMatched() {
        // Given
        group.beat(pattern("a", "ord.*"));
        group.matchesAtOnce = false;

        // When
        group.topic("orders-2", 2);

        // Then
        assertThat(group.beat(stay("a", 1)).memberEpoch()).isEqualTo(1);
        group.match();
        assertThat(given(group.beat(stay("a", 1)), topicId("orders-2"))).containsExactly(0, 1);
    }

    /** The answer to a member that brings a pattern, which is not matched before it is told to. */
    private CompletableFuture<ConsumerGroupHeartbeatResponseData> sendUnmatched(String regex) {
        group.matchesAtOnce = false;
        return group.send(pattern("a", regex));
    }

    static ConsumerGroupHeartbeatRequestData pattern(String member, String regex) {
        return join(member).setSubscribedTopicNames(null).setSubscribedTopicRegex(regex);
    }
}
