package io.tidemark.gateway.stream.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.stream.Feed.Place;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TakenOffsetsTest {

    private static final long SETTLE = 1_000;
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, "orders", 0);
    private static final TopicPartition ONE = new TopicPartition(TOPIC, "orders", 1);

    private final TakenOffsets offsets = new TakenOffsets(SETTLE);

    @Test
    void shouldCommitWhatSettledAndNotWhatWasJustTaken() {
        // Given
        offsets.begin(ZERO, 1, 10);
        taken(1, 15);
        offsets.mark(0, 100, 0);

        // When
        taken(1, 20);
        offsets.mark(500, 200, 500);

        // Then
        assertThat(offsets.settled()).isEmpty();
        offsets.mark(1_000, 200, 1_000);
        assertThat(offsets.settled()).isEqualTo(Map.of(ZERO, 15L));
        assertThat(offsets.taken()).isEqualTo(Map.of(ZERO, 20L));
    }

    @Test
    void shouldNotCommitForAClientThatReadsNothing() {
        offsets.begin(ZERO, 1, 10);
        taken(1, 15);
        offsets.mark(0, 100, -1);

        // The socket has had more to take ever since.
        for (long now = 500; now < 60_000; now += 500) {
            offsets.mark(now, 100, -1);
        }
        assertThat(offsets.settled()).isEmpty();

        // And once it has taken it all
        offsets.mark(60_000, 200, 59_999);
        assertThat(offsets.settled()).isEqualTo(Map.of(ZERO, 15L));
    }

    @Test
    void shouldCommitForAClientThatIsNeverDoneButReads() {
        offsets.begin(ZERO, 1, 10);
        taken(1, 15);
        offsets.mark(0, 100, -1);

        offsets.mark(5_000, 100 + TakenOffsets.BETWEEN_BYTES - 1, -1);
        assertThat(offsets.settled()).isEmpty();
        offsets.mark(5_500, 100 + TakenOffsets.BETWEEN_BYTES, -1);
        assertThat(offsets.settled()).isEqualTo(Map.of(ZERO, 15L));
    }

    @Test
    void shouldNotTakeAPlaceOfAnEarlierAssignmentForThisOne() {
        // Given a partition that was read up to 50, and went elsewhere
        offsets.begin(ZERO, 1, 10);
        taken(1, 50);
        offsets.mark(0, 100, 0);
        offsets.mark(1_000, 100, 1_000);
        offsets.end(ZERO);
        assertThat(offsets.taken()).isEmpty();

        // When it comes back further back
        offsets.begin(ZERO, 3, 20);

        // Then
        assertThat(offsets.taken()).isEmpty();
        assertThat(offsets.settled()).isEmpty();
        taken(3, 25);
        assertThat(offsets.taken()).isEqualTo(Map.of(ZERO, 25L));
    }

    @Test
    void shouldCommitNothingTwice() {
        offsets.begin(ZERO, 1, 0);
        offsets.begin(ONE, 1, 7);
        offsets.taken(TOPIC, new Place(1, new long[] {5, 7}));
        assertThat(offsets.taken()).isEqualTo(Map.of(ZERO, 5L));
        offsets.committed(ZERO, 5);
        assertThat(offsets.taken()).isEmpty();
        offsets.taken(TOPIC, new Place(1, new long[] {6, 7}));
        assertThat(offsets.taken()).isEqualTo(Map.of(ZERO, 6L));
    }

    private void taken(long change, long offset) {
        offsets.taken(TOPIC, new Place(change, new long[] {offset}));
    }
}
