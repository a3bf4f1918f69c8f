package io.tidemark.gateway.group.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ConsumerPositionsTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final TopicPartition P0 = new TopicPartition(TOPIC, "orders", 0);
    private static final TopicPartition P1 = new TopicPartition(TOPIC, "orders", 1);

    private final ConsumerPositions positions = new ConsumerPositions();

    @Test
    void shouldGiveAgainWhatDidNotArrive() {
        positions.add(P0, 10);
        positions.begin(Map.of(P0, 15L));
        assertThat(positions.isDelivering()).isTrue();

        positions.end(false);

        assertThat(positions.readable()).containsExactly(new Spot(P0, 10));
    }

    @Test
    void shouldCommitOnlyWhatTheClientIsDoneWith() {
        positions.add(P0, 10);
        positions.committed(P0, 10);
        positions.begin(Map.of(P0, 15L));
        positions.end(true);
        assertThat(positions.uncommitted()).isEmpty();
        assertThat(positions.isAcknowledged(List.of(P0))).isFalse();

        positions.acknowledge();

        assertThat(positions.isAcknowledged(List.of(P0))).isTrue();
        assertThat(positions.uncommitted()).containsEntry(P0, 15L).hasSize(1);
        positions.committed(P0, 15);
        assertThat(positions.uncommitted()).isEmpty();
    }

    @Test
    void shouldNotReadWhatIsBeingRevoked() {
        positions.add(P0, 1);
        positions.add(P1, 2);

        positions.revoke(List.of(P0));

        assertThat(positions.readable()).containsExactly(new Spot(P1, 2));
        assertThat(positions.kept()).containsExactly(P1);
        assertThat(positions.isAt(new Spot(P0, 1))).isFalse();
        assertThat(positions.uncommitted(List.of(P0))).containsEntry(P0, 1L);
    }

    @Test
    void shouldKeepASeekThatCameWhileAnAnswerWasWritten() {
        positions.add(P0, 10);
        positions.begin(Map.of(P0, 15L));

        positions.seek(P0, 3);
        positions.end(true);

        assertThat(positions.position(P0)).isEqualTo(3);
    }

    @Test
    void shouldBeginWithAnotherPartitionEachTime() {
        positions.add(P0, 1);
        positions.add(P1, 2);

        List<Spot> first = positions.readable();
        List<Spot> second = positions.readable();

        assertThat(first).containsExactlyElementsOf(second.reversed());
    }

    @Test
    void shouldNotWriteTwoAnswersAtOnce() {
        positions.add(P0, 1);
        positions.begin(Map.of(P0, 2L));
        assertThatThrownBy(() -> positions.begin(Map.of(P0, 3L)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNeverConsumeWhatWasNotReceived() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            ConsumerPositions model = new ConsumerPositions();
            model.add(P0, 0);
            long received = 0;
            boolean underWay = false;
            long next = 0;
            for (int step = 0; step < 40; step++) {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        if (!underWay) {
                            next = received + 1 + random.nextInt(5);
                            assertThat(model.readable()).containsExactly(new Spot(P0, received));
                            model.begin(Map.of(P0, next));
                            underWay = true;
                        }
                    }
                    case 1 -> {
                        if (underWay) {
                            boolean arrived = random.nextBoolean();
                            model.end(arrived);
                            received = arrived ? next : received;
                            underWay = false;
                        }
                    }
                    default -> {
                        if (!underWay) {
                            model.acknowledge();
                        }
                    }
                }
                for (long consumed : model.uncommitted().values()) {
                    assertThat(consumed).as("seed " + seed).isLessThanOrEqualTo(received);
                }
            }
        }
    }
}
