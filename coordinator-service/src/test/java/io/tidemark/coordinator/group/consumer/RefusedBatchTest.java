package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** A group that has become too large for the log. */
class RefusedBatchTest extends MembershipFixture {
    @Test
    void shouldGoOnWithoutTheMemberThatIsTooMuch() {
        // Given
        aloneAtEpoch1();
        group.refuses = true;

        // When
        refuses(join("b", "orders"), ErrorCode.GROUP_MAX_SIZE_REACHED, "more than the log takes");

        // Then
        group.refuses = false;
        assertThat(group.describe().members()).hasSize(1);
        assertThat(group.describe().groupEpoch()).isEqualTo(1);
        ConsumerGroupHeartbeatResponseData alone = group.beat(stay("a", 1));
        assertThat(alone.errorCode()).isZero();
        assertThat(alone.memberEpoch()).isEqualTo(1);
        assertThat(group.beat(join("b", "orders")).memberEpoch()).isEqualTo(2);
    }

    @Test
    void shouldHaveAllComeAgainWhereItIsNotKnownWhoIsTooMuch() {
        // Given
        aloneAtEpoch1();
        group.logsAtOnce = false;
        CompletableFuture<ConsumerGroupHeartbeatResponseData> first =
                group.send(join("b", "orders"));
        CompletableFuture<ConsumerGroupHeartbeatResponseData> second =
                group.send(join("c", "orders"));
        CompletableFuture<ConsumerGroupHeartbeatResponseData> third =
                group.send(join("d", "orders"));
        group.refuses = true;

        // When
        group.durable();

        // Then
        assertThat(first.join().memberEpoch()).isEqualTo(2);
        assertThat(second.join().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.number());
        assertThat(third.join().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.number());
        assertThat(group.describe().members()).hasSize(2);
    }
}
