package io.tidemark.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.testkit.history.Anomaly.Entry;
import io.tidemark.testkit.history.Operation.Poll;
import io.tidemark.testkit.history.Operation.Seek;
import io.tidemark.testkit.history.Operation.Send;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Proves the checker on crafted histories: it accepts the good ones and catches each anomaly. */
class HistoryCheckTest {

    private static final Partition P = new Partition("t", 0);
    private static final Partition Q = new Partition("t", 1);
    private static final int PRODUCER = 1;
    private static final int READER = 9;

    @Test
    void shouldAcceptHistoryOfACorrectLog() {
        assertThat(
                        check(
                                acked(10, 0),
                                acked(11, 1),
                                unknown(12),
                                unknown(13),
                                refused(14),
                                acked(15, 3),
                                polled(0, 10),
                                polled(1, 11),
                                polled(2, 12),
                                polled(3, 15)))
                .isEmpty();
    }

    @Test
    void shouldAcceptOffsetsThatNoRecordHolds() {
        // Transaction markers and compaction leave gaps.
        assertThat(check(acked(10, 0), acked(11, 7), polled(0, 10), polled(7, 11))).isEmpty();
    }

    @Test
    void shouldAcceptReadingAgainAfterASeek() {
        assertThat(
                        check(
                                acked(10, 0),
                                acked(11, 1),
                                polled(0, 10),
                                polled(1, 11),
                                new Seek(READER, P),
                                polled(0, 10),
                                polled(1, 11)))
                .isEmpty();
    }

    @Test
    void shouldAcceptTheSameValueInAnotherPartition() {
        assertThat(
                        check(
                                acked(10, 0),
                                new Send(PRODUCER, Q, 10, new Outcome.Acknowledged(0)),
                                polled(0, 10),
                                new Poll(READER, Q, 0, 10)))
                .isEmpty();
    }

    @Test
    void shouldCatchLostWrite() {
        assertThat(check(acked(10, 0), acked(11, 1), acked(12, 2), polled(0, 10), polled(2, 12)))
                .contains(new Anomaly.LostWrite(P, 1, 11, 2));
    }

    @Test
    void shouldCatchUnseenTail() {
        assertThat(check(acked(10, 0), acked(11, 1), polled(0, 10)))
                .containsExactly(new Anomaly.Unseen(P, 1, 11));
    }

    @Test
    void shouldCatchUnseenWhenNothingWasReadAtAll() {
        assertThat(check(acked(10, 0))).containsExactly(new Anomaly.Unseen(P, 0, 10));
    }

    @Test
    void shouldCatchDuplicateOfAcknowledgedRecord() {
        assertThat(check(acked(10, 0), polled(0, 10), polled(1, 10)))
                .containsExactly(new Anomaly.Duplicate(P, 10, new TreeSet<>(List.of(0L, 1L))));
    }

    @Test
    void shouldCatchDuplicateOfRecordOfUnknownOutcome() {
        assertThat(check(unknown(10), polled(0, 10), polled(1, 10)))
                .containsExactly(new Anomaly.Duplicate(P, 10, new TreeSet<>(List.of(0L, 1L))));
    }

    @Test
    void shouldCatchRecordThatStandsElsewhereThanAcknowledged() {
        assertThat(check(acked(10, 0), polled(5, 10)))
                .containsExactly(new Anomaly.Duplicate(P, 10, new TreeSet<>(List.of(0L, 5L))));
    }

    @Test
    void shouldCatchTwoAcknowledgementsOfOneOffset() {
        assertThat(
                        check(
                                acked(10, 0),
                                new Send(2, P, 11, new Outcome.Acknowledged(0)),
                                polled(0, 11)))
                .contains(
                        new Anomaly.InconsistentOffset(P, 0, new TreeSet<>(List.of(10L, 11L))),
                        new Anomaly.Unseen(P, 0, 10));
    }

    @Test
    void shouldCatchReadersThatDisagree() {
        assertThat(
                        check(
                                unknown(10),
                                new Send(2, P, 11, new Outcome.Unknown()),
                                polled(0, 10),
                                new Poll(8, P, 0, 11)))
                .containsExactly(
                        new Anomaly.InconsistentOffset(P, 0, new TreeSet<>(List.of(10L, 11L))));
    }

    @Test
    void shouldCatchSendsOutOfOrder() {
        assertThat(check(acked(10, 1), acked(11, 0), polled(0, 11), polled(1, 10)))
                .containsExactly(
                        new Anomaly.NonMonotonicSend(
                                P, PRODUCER, new Entry(1, 10), new Entry(0, 11)));
    }

    @Test
    void shouldCatchSendsOutOfOrderWhereAReaderShowsWhatBecameOfAnUnknownOne() {
        assertThat(check(unknown(10), acked(11, 0), polled(0, 11), polled(1, 10)))
                .containsExactly(
                        new Anomaly.NonMonotonicSend(
                                P, PRODUCER, new Entry(1, 10), new Entry(0, 11)));
    }

    @Test
    void shouldAcceptAnyOrderBetweenProcesses() {
        assertThat(
                        check(
                                acked(10, 1),
                                new Send(2, P, 11, new Outcome.Acknowledged(0)),
                                polled(0, 11),
                                polled(1, 10)))
                .isEmpty();
    }

    @Test
    void shouldCatchReaderThatGoesBack() {
        assertThat(check(acked(10, 0), acked(11, 1), polled(0, 10), polled(1, 11), polled(0, 10)))
                .containsExactly(
                        new Anomaly.NonMonotonicPoll(
                                P, READER, new Entry(1, 11), new Entry(0, 10)));
    }

    @Test
    void shouldCatchReaderThatRepeatsAnOffset() {
        assertThat(check(acked(10, 0), polled(0, 10), polled(0, 10)))
                .containsExactly(
                        new Anomaly.NonMonotonicPoll(
                                P, READER, new Entry(0, 10), new Entry(0, 10)));
    }

    @Test
    void shouldCatchReaderThatSkipsARecordAnotherReaderSaw() {
        assertThat(
                        check(
                                unknown(10),
                                unknown(11),
                                unknown(12),
                                polled(0, 10),
                                polled(2, 12),
                                new Poll(8, P, 1, 11)))
                .containsExactly(
                        new Anomaly.SkippedPoll(P, READER, new Entry(0, 10), new Entry(2, 12), 1));
    }

    @Test
    void shouldCatchReadOfRefusedRecord() {
        assertThat(check(refused(10), polled(0, 10)))
                .containsExactly(new Anomaly.RefusedRead(P, 0, 10));
    }

    @Test
    void shouldCatchRecordThatNobodySent() {
        assertThat(check(acked(10, 0), polled(0, 10), polled(1, 99)))
                .containsExactly(new Anomaly.Phantom(P, 1, 99));
    }

    @Test
    void shouldCatchRecordThatStandsInTheWrongPartition() {
        assertThat(check(acked(10, 0), polled(0, 10), new Poll(READER, Q, 0, 10)))
                .containsExactly(new Anomaly.Phantom(Q, 0, 10));
    }

    @Test
    void shouldRefuseHistoryWhoseValuesAreNotUnique() {
        assertThatThrownBy(() -> check(unknown(10), unknown(10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRecordSendsInTheOrderTheyBegan() {
        // Given
        HistoryRecorder recorder = new HistoryRecorder();
        var first = recorder.sending(PRODUCER, P, 10);
        var second = recorder.sending(PRODUCER, P, 11);
        recorder.sending(PRODUCER, P, 12);

        // When
        second.acknowledged(1);
        first.acknowledged(0);
        recorder.polled(READER, P, 0, 10);

        // Then
        assertThat(recorder.history())
                .containsExactly(acked(10, 0), acked(11, 1), unknown(12), polled(0, 10));
        assertThat(recorder.acknowledgedCount()).isEqualTo(2);
        assertThatThrownBy(first::refused).isInstanceOf(IllegalStateException.class);
    }

    private static List<Anomaly> check(Operation... history) {
        return HistoryCheck.anomaliesOf(List.of(history));
    }

    private static Operation acked(long value, long offset) {
        return new Send(PRODUCER, P, value, new Outcome.Acknowledged(offset));
    }

    private static Operation unknown(long value) {
        return new Send(PRODUCER, P, value, new Outcome.Unknown());
    }

    private static Operation refused(long value) {
        return new Send(PRODUCER, P, value, new Outcome.Refused());
    }

    private static Operation polled(long offset, long value) {
        return new Poll(READER, P, offset, value);
    }
}
