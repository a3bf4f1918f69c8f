package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.stream.StreamStart.Begin;
import io.tidemark.gateway.stream.StreamStart.From;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamStartTest {

    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final StreamStart.Bounds BOUNDS =
            new StreamStart.Bounds(new long[] {10, 0}, new long[] {20, 5}, new long[] {15, -1});

    private static Begin resolve(From from, @Nullable Set<Integer> partitions) {
        return StreamStart.resolve(from, TOPIC, partitions, BOUNDS);
    }

    private static Begin.At at(From from) {
        return (Begin.At) resolve(from, null);
    }

    private static From cursor(Uuid topic, int[] partitions, long... offsets) {
        return new From.At(Cursor.of(topic, partitions, offsets));
    }

    @Test
    void shouldBeginWhereAsked() {
        assertThat(at(new From.Earliest()).positions()).containsExactly(10, 0);
        assertThat(at(new From.Latest()).positions()).containsExactly(20, 5);
        assertThat(at(new From.Time(1)).positions()).containsExactly(15, 5);
        assertThat(at(new From.Offsets(Map.of(0, 12L))).positions()).containsExactly(12, 5);
        assertThat(((Begin.At) resolve(new From.Earliest(), Set.of(1))).positions())
                .containsExactly(Positions.NONE, 0);
    }

    @Test
    void shouldResumeACursorWithoutAReset() {
        Begin.At begin = at(cursor(TOPIC, new int[] {0, 1}, 20, 0));

        assertThat(begin.positions()).containsExactly(20, 0);
        assertThat(begin.reset()).isNull();
    }

    @Test
    void shouldReadPartitionsThatCameLaterFromTheirBeginning() {
        assertThat(at(cursor(TOPIC, new int[] {0}, 20)).positions()).containsExactly(20, 0);
    }

    @Test
    void shouldBeginBeforeOnesOwnWriteAndAtTheEndElsewhere() {
        Begin.At begin = at(new From.At(Cursor.before(TOPIC, 2, 0, 17)));

        assertThat(begin.positions()).containsExactly(17, 5);
        assertThat(begin.reset()).isNull();
    }

    @Test
    void shouldResetWhatRetentionRemoved() {
        Begin.At begin = at(cursor(TOPIC, new int[] {0, 1}, 4, 3));

        assertThat(begin.positions()).containsExactly(10, 3);
        assertThat(begin.reset()).isEqualTo(Reset.of(Reset.Reason.OFFSET_DELETED, 0, 4, 10));
    }

    @Test
    void shouldResetWhatTheLogDoesNotReach() {
        Begin.At begin = at(cursor(TOPIC, new int[] {0, 1}, 15, 9));

        assertThat(begin.positions()).containsExactly(15, 5);
        assertThat(begin.reset()).isEqualTo(Reset.of(Reset.Reason.OFFSET_BEYOND_END, 1, 9, 5));
    }

    @Test
    void shouldResetACursorOfAnotherIncarnation() {
        Begin.At begin = at(cursor(new Uuid(8, 8), new int[] {0, 1}, 15, 3));

        assertThat(begin.positions()).containsExactly(10, 0);
        assertThat(begin.reset())
                .isNotNull()
                .extracting(Reset::reason)
                .isEqualTo(Reset.Reason.TOPIC_RECREATED);
    }

    @Test
    void shouldResetACursorThatNamesAnUnknownPartition() {
        Begin.At begin = at(cursor(TOPIC, new int[] {0, 1, 7}, 15, 3, 1));

        assertThat(begin.positions()).containsExactly(15, 3);
        assertThat(begin.reset())
                .isNotNull()
                .extracting(Reset::reason)
                .isEqualTo(Reset.Reason.UNKNOWN_PARTITION);
    }

    @Test
    void shouldRefuseExplicitOffsetsOutOfRangeAndNameTheRange() {
        assertThat(resolve(new From.Offsets(Map.of(0, 9L)), null))
                .isInstanceOfSatisfying(
                        Begin.Refused.class,
                        refused -> assertThat(refused.error().message()).contains("10 to 20"));
        assertThat(resolve(new From.Offsets(Map.of(5, 9L)), null))
                .isInstanceOf(Begin.Refused.class);
    }
}
