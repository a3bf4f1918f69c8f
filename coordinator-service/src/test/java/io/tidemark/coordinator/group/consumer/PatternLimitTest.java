package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** Patterns that would cost without bound are refused, whether they are sent or stored. */
class PatternLimitTest extends MembershipFixture {
    private static final String BOMB = "((a{1,1000}){1,1000}){1,1000}";

    @Test
    void shouldRefuseAPatternWhoseProgramWouldGrowWithoutBound() {
        // When
        ConsumerGroupHeartbeatResponseData answer = group.beat(pattern("a", BOMB));

        // Then
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION.number());
        assertThat(answer.errorMessage()).contains(BOMB).contains("more than 500 repetitions open");
        assertThat(group.logged).isEmpty();
    }

    @Test
    void shouldLoadAStoredPatternThatIsRefusedTodayAndTellItsMember() {
        // Given
        ConsumerMemberState member =
                new ConsumerMemberState(
                        "a",
                        Optional.empty(),
                        Optional.empty(),
                        "client",
                        "/host",
                        60_000,
                        List.of("orders"),
                        BOMB,
                        Optional.empty(),
                        1,
                        0,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Optional.empty());

        // When
        Membership loaded =
                group.protocol.load(
                        group,
                        new ConsumerGroupState(1, 1, "uniform", 0, Map.of(), 0),
                        List.of(member));
        loaded.topicsChanged();
        ConsumerGroupHeartbeatResponseData answer =
                loaded.consumerHeartbeat(TestGroup.CALLER, stay("a", 1))
                        .toCompletableFuture()
                        .join();

        // Then
        assertThat(loaded.isSubscribedTo("orders")).isTrue();
        assertThat(loaded.isSubscribedTo("aaa")).isFalse();
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION.number());
        assertThat(answer.errorMessage()).contains(BOMB);
    }

    @Test
    void shouldBoundWhatAllPatternsOfAGroupTakeTogether() {
        // Given: names of 200 characters, so that one such pattern takes 0.2 million steps of each
        for (int i = 0; i < 40; i++) {
            group.topic("t".repeat(190) + "-" + i, 1);
        }
        assertThat(group.beat(pattern("a", "[a-z-]{1,490}0")).errorCode()).isZero();
        assertThat(group.beat(pattern("b", "[a-z-]{1,490}1")).errorCode()).isZero();
        assertThat(group.beat(pattern("c", "[a-z-]{1,490}1")).errorCode()).isZero();

        // When
        ConsumerGroupHeartbeatResponseData third = group.beat(pattern("d", "[a-z-]{1,490}2"));

        // Then
        assertThat(third.errorCode()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION.number());
        assertThat(third.errorMessage()).contains("topics").contains("20,000,000");
        assertThat(group.beat(pattern("e", "t+-[0-9]+")).errorCode()).isZero();
    }

    private static ConsumerGroupHeartbeatRequestData pattern(String member, String regex) {
        return join(member).setSubscribedTopicNames(null).setSubscribedTopicRegex(regex);
    }
}
