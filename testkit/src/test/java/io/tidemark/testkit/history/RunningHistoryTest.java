package io.tidemark.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.testkit.history.Anomaly.Entry;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Proves the checker of long runs on crafted histories. */
class RunningHistoryTest {
    private static final Partition P = new Partition("t", 0);

    private final RunningHistory history = new RunningHistory();
    private final RunningHistory.Writer writer = history.writer(1, P, Sender.IDEMPOTENT);
    private final RunningHistory.Reader follower = history.reader(8);
    private final RunningHistory.Reader last = history.lastReader(9);

    private long acked(long offset) {
        long value = writer.sending();
        writer.acknowledged(value, offset);
        return value;
    }

    private Verdict verdict() {
        return history.verdict(true);
    }

    @Test
    void shouldAcceptWhatACorrectLogDoes() {
        long first = acked(0);
        long unknownAndThere = writer.sending();
        long unknownAndGone = writer.sending();
        long fourth = acked(2);
        for (RunningHistory.Reader reader : List.of(follower, last)) {
            reader.polled(P, 0, first);
            reader.polled(P, 1, unknownAndThere);
            reader.polled(P, 2, fourth);
        }

        assertThat(unknownAndGone).isPositive();
        assertThat(verdict().good()).isTrue();
        assertThat(verdict().acknowledged()).isEqualTo(2);
        assertThat(verdict().sent()).isEqualTo(4);
    }

    @Test
    void shouldCatchALostWrite() {
        long first = acked(0);
        long second = acked(1);
        long third = acked(2);
        follower.polled(P, 0, first);
        follower.polled(P, 1, second);
        last.polled(P, 0, first);
        last.polled(P, 2, third);

        assertThat(verdict().lost()).isEqualTo(1);
        assertThat(verdict().anomalies()).contains(new Anomaly.LostWrite(P, 1, second, 2));
    }

    @Test
    void shouldCatchATailThatNobodySaw() {
        long first = acked(0);
        long second = acked(1);
        last.polled(P, 0, first);

        assertThat(verdict().anomalies()).containsExactly(new Anomaly.Unseen(P, 1, second));
    }

    @Test
    void shouldCountNothingAsLostWithoutALastReading() {
        acked(0);

        assertThat(history.verdict(false).good()).isTrue();
    }

    @Test
    void shouldMissWhatWasAcknowledgedWithoutAnOffset() {
        long value = writer.sending();
        writer.acknowledged(value, -1);

        assertThat(verdict().lost()).isEqualTo(1);
    }

    @Test
    void shouldCatchADuplicateOnceForAllReaders() {
        long value = acked(0);
        for (RunningHistory.Reader reader : List.of(follower, last)) {
            reader.polled(P, 0, value);
            reader.polled(P, 1, value);
        }

        assertThat(verdict().anomalies())
                .containsExactly(new Anomaly.Duplicate(P, value, new TreeSet<>(List.of(0L, 1L))));
        assertThat(verdict().duplicates()).containsEntry(Sender.IDEMPOTENT, 1L);
    }

    @Test
    void shouldCountAPlainProducersRepetitionsApart() {
        RunningHistory.Writer plain = history.writer(2, P, Sender.PLAIN);
        long value = plain.sending();
        plain.acknowledged(value, 1);
        last.polled(P, 0, value);
        last.polled(P, 1, value);

        assertThat(verdict().good()).isTrue();
        assertThat(verdict().duplicates()).containsEntry(Sender.PLAIN, 1L);
    }

    @Test
    void shouldCatchTwoValuesAtOneOffset() {
        long first = acked(0);
        long other = writer.sending();
        last.polled(P, 0, other);

        assertThat(verdict().anomalies())
                .contains(
                        new Anomaly.InconsistentOffset(P, 0, new TreeSet<>(List.of(first, other))));
    }

    @Test
    void shouldCatchSendsOutOfOrder() {
        long first = acked(1);
        long second = acked(0);
        last.polled(P, 0, second);
        last.polled(P, 1, first);

        assertThat(verdict().anomalies())
                .containsExactly(
                        new Anomaly.NonMonotonicSend(
                                P, 1, new Entry(1, first), new Entry(0, second)));
    }

    @Test
    void shouldCatchAReaderThatGoesBackUnlessItSought() {
        long first = acked(0);
        long second = acked(1);
        last.polled(P, 0, first);
        last.polled(P, 1, second);
        last.sought(P);
        last.polled(P, 0, first);
        assertThat(verdict().good()).isTrue();

        last.polled(P, 0, first);

        assertThat(verdict().anomalies())
                .containsExactly(
                        new Anomaly.NonMonotonicPoll(
                                P, 9, new Entry(0, first), new Entry(0, first)));
    }

    @Test
    void shouldCatchAReaderThatPassesOverARecord() {
        long first = acked(0);
        long second = acked(1);
        long third = acked(2);
        follower.polled(P, 0, first);
        follower.polled(P, 2, third);
        last.polled(P, 0, first);
        last.polled(P, 1, second);
        last.polled(P, 2, third);

        assertThat(verdict().anomalies())
                .containsExactly(
                        new Anomaly.SkippedPoll(P, 8, new Entry(0, first), new Entry(2, third), 1));
    }

    @Test
    void shouldCatchARefusedRecordThatIsRead() {
        long value = writer.sending();
        writer.refused(value);
        last.polled(P, 0, value);

        assertThat(verdict().anomalies()).contains(new Anomaly.RefusedRead(P, 0, value));
    }

    @Test
    void shouldCatchARecordThatNobodySent() {
        last.polled(P, 0, 77);

        assertThat(verdict().anomalies()).containsExactly(new Anomaly.Phantom(P, 0, 77));
    }

    @Test
    void shouldRefuseToHearTwiceOfOneSend() {
        long value = acked(0);

        assertThatThrownBy(() -> writer.acknowledged(value, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldHoldManyRecords() {
        for (int i = 0; i < 100_000; i++) {
            last.polled(P, i, acked(i));
        }

        assertThat(verdict().good()).isTrue();
        assertThat(history.acknowledgedOffset(P)).isEqualTo(99_999);
        assertThat(last.position(P)).isEqualTo(99_999);
    }
}
