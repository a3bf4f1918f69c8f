package io.tidemark.gateway.produce.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionProducerTest {

    private static final long TIMEOUT_NANOS = 30_000_000_000L;
    private static final ErrorCode RETRIABLE = ErrorCode.NOT_LEADER_OR_FOLLOWER;

    private final ManualClock clock = new ManualClock();
    private final RecordedEffects effects = new RecordedEffects();
    private final Completions completions = new Completions();
    private final List<ByteBuf> allocated = new ArrayList<>();
    private final PartitionProducer producer =
            new PartitionProducer(
                    3,
                    clock,
                    new UnpooledByteBufAllocator(false),
                    effects,
                    completions,
                    new ProduceObserver() {
                        @Override
                        public void batchAppended(int records, int bytes, long nanos) {}

                        @Override
                        public void batchRefused(ErrorCode error) {}
                    });

    @AfterEach
    void shouldHaveReleasedEveryBatch() {
        if (producer.idle()) {
            assertThat(allocated).allMatch(batch -> batch.refCnt() == 0);
        }
    }

    @Test
    void shouldAskForAnIdBeforeTheFirstBatch() {
        Delivery delivery = offer("a");
        assertThat(effects.idsAsked).isEqualTo(1);
        assertThat(effects.sent).isEmpty();

        producer.onProducerId(7, (short) 1);

        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 1, 0, 1));
        appended(40);
        assertThat(delivery.error(0)).isNull();
        assertThat(delivery.offset(0)).isEqualTo(40);
        assertThat(delivery.partition(0)).isEqualTo(3);
    }

    @Test
    void shouldSendUpToFiveBatchesAndJoinWhatArrivesMeanwhile() {
        // Given
        ready();
        List<Delivery> alone = List.of(offer("a"), offer("b"), offer("c"), offer("d"), offer("e"));
        List<Delivery> joined = List.of(offer("f"), offer("g"), offer("h"));
        assertThat(effects.sent).extracting(Sent::baseSequence).containsExactly(0, 1, 2, 3, 4);

        // When
        appended(0);

        // Then
        assertThat(alone.getFirst().offset(0)).isZero();
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 5, 3));
        for (int offset = 1; offset <= 5; offset++) {
            appended(offset);
        }
        assertThat(alone).extracting(d -> d.offset(0)).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(joined).extracting(d -> d.offset(0)).containsExactly(5L, 6L, 7L);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldRepeatAllThatWasUnderWayInOrderOnceTheOldestIsStored() {
        // Given three batches, of which the first is refused, and the others for the gap
        ready();
        List<Delivery> deliveries = List.of(offer("a"), offer("b"), offer("c"));
        refuse(RETRIABLE);
        refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(effects.waits).as("one is still under way").isEmpty();
        refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(effects.waits).containsExactly(1);

        // When
        producer.onTimer();
        assertThat(effects.open()).as("the oldest goes alone").isEqualTo(1);
        appended(0);
        assertThat(effects.open()).isEqualTo(2);
        appended(1);
        appended(2);

        // Then
        assertThat(deliveries).extracting(d -> d.offset(0)).containsExactly(0L, 1L, 2L);
        assertThat(effects.sent).extracting(Sent::baseSequence).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(effects.idsAsked).isEqualTo(1);
    }

    @Test
    void shouldStartNoBatchWhileOthersMustBeRepeated() {
        ready();
        offer("a");
        offer("b");
        refuse(RETRIABLE);
        offer("c");
        assertThat(effects.sent).hasSize(2);
        answer(new SendOutcome.Unknown("broken"));
        offer("d");
        assertThat(effects.sent).hasSize(2);
        producer.onTimer();
        appended(0);
        appended(1);
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 2, 2));
    }

    @Test
    void shouldTakeALaterBatchForStoredWhileTheFirstIsInDoubt() {
        ready();
        Delivery first = offer("a");
        Delivery second = offer("b");
        answer(new SendOutcome.Unknown("lost"));
        appended(1);
        assertThat(second.offset(0)).isEqualTo(1);
        producer.onTimer();
        appended(0);
        assertThat(first.offset(0)).isZero();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldSendEverythingToANewLeaderAtOnce() {
        // Given a leader that is silent
        ready();
        List<Delivery> deliveries = List.of(offer("a"), offer("b"));
        long silent = effects.oldestOpen();

        // When
        producer.onLeaderChanged();

        // Then
        assertThat(effects.waits).isEmpty();
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
        effects.forget(2);
        appended(10);
        appended(11);
        assertThat(deliveries).extracting(d -> d.offset(0)).containsExactly(10L, 11L);

        // And an answer that comes late after all changes nothing
        producer.onSent(silent, new SendOutcome.Refused(ErrorCode.INVALID_RECORD, "late"));
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldCutAWaitShortWhenThereIsALeaderAgain() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "none"));
        assertThat(effects.waits).hasSize(1);
        producer.onLeaderChanged();
        appended(3);
        assertThat(delivery.offset(0)).isEqualTo(3);
        producer.onTimer();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldFailAtItsTimeWhatHasNoLeaderAndSayWhy() {
        // Given
        ready();
        Delivery sent = offer("a");
        Delivery queued = offer("b");
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        Delivery late = offer("c");

        // When it is nearly time
        clock.nanos += TIMEOUT_NANOS - 1;
        producer.onTick();
        assertThat(sent.error(0)).isNull();

        // Then
        clock.nanos += 1;
        producer.onTick();
        for (Delivery each : List.of(sent, queued, late)) {
            assertThat(error(each))
                    .isEqualTo(ApiError.of(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        }
        producer.onTimer();
        assertThat(producer.idle()).isTrue();
        offer("d");
        assertThat(effects.last().baseSequence).as("the sequences were not used").isZero();
    }

    @Test
    void shouldFailEachRecordAtItsOwnTime() {
        ready();
        Delivery patient = offer("a", TIMEOUT_NANOS);
        Delivery hasty = offer("b", TIMEOUT_NANOS / 10);
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(hasty.error(0)).isNotNull();
        assertThat(patient.error(0)).isNull();
        producer.onTimer();
        appended(0);
        assertThat(patient.offset(0)).isZero();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldKeepTheSequenceOfAFailedBatchForThoseBehindIt() {
        // Given a batch that may be stored and whose time is over, and one behind it
        ready();
        Delivery hasty = offer("a", TIMEOUT_NANOS / 10);
        Delivery patient = offer("b", TIMEOUT_NANOS);
        answer(new SendOutcome.Unknown("lost"));
        answer(new SendOutcome.Unknown("lost"));
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(error(hasty).message()).contains("unknown");

        // When both are repeated, the failed one too
        producer.onTimer();
        assertThat(effects.last().baseSequence).isZero();
        assertThat(effects.lastTimeoutNanos).isGreaterThan(TIMEOUT_NANOS / 10);
        answer(new SendOutcome.Refused(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, ""));
        appended(1);

        // Then
        assertThat(patient.offset(0)).isEqualTo(1);
        assertThat(error(hasty).message()).contains("unknown");
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldNotSendWhatHasFailedOnceNothingNeedsItAnyMore() {
        ready();
        offer("a");
        answer(new SendOutcome.Unknown("lost"));
        clock.nanos += TIMEOUT_NANOS;
        producer.onTick();
        int sent = effects.sent.size();
        producer.onTimer();
        assertThat(effects.sent).hasSize(sent);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldRepeatTheSameBatchUnderTheSameSequence() {
        ready();
        Delivery delivery = offer("a");
        for (SendOutcome outcome :
                List.of(
                        new SendOutcome.Unknown("broken"),
                        new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"),
                        new SendOutcome.Refused(RETRIABLE, ""))) {
            answer(outcome);
            producer.onTimer();
        }
        assertThat(effects.sent).hasSize(4).containsOnly(new Sent(7, (short) 0, 0, 1));
        assertThat(effects.waits).containsExactly(1, 2, 3);
        appended(5);
        assertThat(delivery.offset(0)).isEqualTo(5);
        assertThat(effects.idsAsked).isEqualTo(1);
    }

    @Test
    void shouldTakeADuplicateForStored() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        answer(new SendOutcome.Refused(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, ""));
        assertThat(delivery.error(0)).isNull();
        assertThat(delivery.offset(0)).isEqualTo(-1);
        offer("b");
        assertThat(effects.last().baseSequence).isEqualTo(1);
    }

    @Test
    void shouldFailInTimeAndForgetASequenceThatMayBeUsedUp() {
        // Given
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        clock.nanos += TIMEOUT_NANOS;

        // When
        producer.onTimer();

        // Then
        assertThat(effects.sent).hasSize(1);
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(error(delivery).message()).contains("unknown");
        offer("b");
        assertThat(effects.idsAsked).isEqualTo(2);
    }

    @Test
    void shouldKeepTheSequenceWhenItIsCertainThatNothingWasStored() {
        ready();
        Delivery delivery = offer("a");
        clock.nanos += TIMEOUT_NANOS;
        answer(new SendOutcome.Refused(RETRIABLE, "gone"));
        assertThat(error(delivery).message()).isEqualTo("gone");
        offer("b");
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
    }

    @Test
    void shouldTellSoonThatADiskIsFull() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full"));
        assertThat(effects.waits).hasSize(1);
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(error(delivery).message()).isEqualTo("The disk is full");
        producer.onTimer();
        offer("b");
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
    }

    @Test
    void shouldSendAgainUnderANewIdWhenTheLogForgotTheProducer() {
        ready();
        long id = 7;
        for (ErrorCode error :
                List.of(
                        ErrorCode.UNKNOWN_PRODUCER_ID,
                        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                        ErrorCode.INVALID_PRODUCER_EPOCH)) {
            offer("a");
            appended(0);
            Delivery delivery = offer("b");
            answer(new SendOutcome.Refused(error, ""));
            producer.onProducerId(++id, (short) 0);
            assertThat(effects.last()).isEqualTo(new Sent(id, (short) 0, 0, 1));
            appended(9);
            assertThat(delivery.offset(0)).isEqualTo(9);
        }
    }

    @Test
    void shouldNotRiskADuplicateWhenAnEarlierAttemptMayHaveStoredIt() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        answer(new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, ""));
        assertThat(error(delivery).message()).contains("unknown");
        assertThat(effects.sent).hasSize(2);
    }

    @Test
    void shouldFailOnlyTheRecordThatIsAtFault() {
        // Given
        ready();
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            deliveries.add(offer(i == 2 || i == 9 ? "bad" : "good"));
        }

        // When the log refuses a batch with a bad record, and each batch behind a gap
        int next = 0;
        while (!producer.idle()) {
            Sent sent = effects.sent.get((int) effects.oldestOpen() - effects.sentBefore);
            if (effects.payloads.get((int) effects.oldestOpen()).contains("bad")) {
                refuse(ErrorCode.INVALID_RECORD);
            } else if (sent.baseSequence == next) {
                appended(next);
                next += sent.records;
            } else {
                refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
            }
        }

        // Then
        long offset = 0;
        for (int i = 0; i < 14; i++) {
            boolean bad = i == 2 || i == 9;
            assertThat(deliveries.get(i).error(0) != null).as("record %d", i).isEqualTo(bad);
            assertThat(deliveries.get(i).offset(0)).isEqualTo(bad ? -1 : offset++);
        }
        assertThat(next).isEqualTo(12);
    }

    @Test
    void shouldFailEverythingOfADeletedTopic() {
        ready();
        Delivery first = offer("a");
        Delivery second = offer("b");
        answer(new SendOutcome.TopicGone());
        assertThat(error(first).errorCode()).isEqualTo(40401);
        assertThat(error(second).errorCode()).isEqualTo(40401);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldExpireWhatWaitsForAnId() {
        Delivery delivery = offer("a");
        producer.onNoProducerId(new SendOutcome.NotSent(ErrorCode.NETWORK_EXCEPTION, "down"));
        clock.nanos += TIMEOUT_NANOS;
        producer.onTimer();
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldKeepBatchesWithinTheLimit() {
        ready();
        effects.maxBatchBytes = 300;
        for (int i = 0; i < 25; i++) {
            offer("x".repeat(50));
        }
        int records = 0;
        while (!producer.idle()) {
            appended(records);
            assertThat(effects.lastBytes).isLessThanOrEqualTo(300);
            records++;
        }
        assertThat(effects.sent.stream().mapToInt(Sent::records).sum()).isEqualTo(25);
        assertThat(effects.sent).hasSizeLessThan(20);
        assertThat(effects.last().records).isGreaterThan(1);
    }

    @Test
    void shouldSendARecordAloneThatIsLongerThanABatchShouldBe() {
        ready();
        effects.maxBatchBytes = 100;
        Delivery delivery = offer("x".repeat(500));
        appended(0);
        assertThat(delivery.error(0)).isNull();
    }

    private void ready() {
        if (effects.idsAsked == 0) {
            Delivery warm = offer("warm");
            producer.onProducerId(7, (short) 0);
            assertThat(warm.size()).isEqualTo(1);
            answer(new SendOutcome.Refused(ErrorCode.INVALID_RECORD, ""));
            effects.sent.clear();
            effects.sentBefore = effects.payloads.size();
        }
    }

    private Delivery offer(String value) {
        return offer(value, TIMEOUT_NANOS);
    }

    private Delivery offer(String value, long timeoutNanos) {
        Delivery delivery = new Delivery(1, Runnable::run, done -> {});
        ByteBuf bytes = Unpooled.wrappedBuffer(value.getBytes(UTF_8));
        ParsedRecord record = new ParsedRecord(-1, -1, null, bytes, List.of());
        producer.offer(new PendingRecord(record, 100, delivery, 0, clock.nanos() + timeoutNanos));
        producer.proceed();
        return delivery;
    }

    /** Answers the oldest attempt. */
    private void answer(SendOutcome outcome) {
        producer.onSent(effects.takeOldestOpen(), outcome);
    }

    private void refuse(ErrorCode error) {
        answer(new SendOutcome.Refused(error, ""));
    }

    private void appended(long baseOffset) {
        answer(new SendOutcome.Appended(baseOffset, -1));
    }

    private static ApiError error(Delivery delivery) {
        return Objects.requireNonNull(delivery.error(0));
    }

    /** What a batch carried. */
    private record Sent(long producerId, short epoch, int baseSequence, int records) {}

    private static final class ManualClock implements Clock {
        long nanos = 1;

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    private final class RecordedEffects implements PartitionProducer.Effects {
        final List<Sent> sent = new ArrayList<>();
        final List<Integer> waits = new ArrayList<>();
        final ArrayDeque<Long> attempts = new ArrayDeque<>();
        long lastTimeoutNanos;
        int idsAsked;
        int maxBatchBytes = 1 << 20;
        int lastBytes;

        /** By attempt, from 1. */
        final List<String> payloads = new ArrayList<>(List.of(""));

        int sentBefore;

        Sent last() {
            return sent.getLast();
        }

        /** Attempts that have no answer. */
        int open() {
            return attempts.size();
        }

        long oldestOpen() {
            return attempts.element();
        }

        long takeOldestOpen() {
            return attempts.remove();
        }

        /** Leaves the oldest attempts without an answer. */
        void forget(int count) {
            for (int i = 0; i < count; i++) {
                attempts.remove();
            }
        }

        @Override
        public void askProducerId() {
            idsAsked++;
        }

        @Override
        public void send(long attempt, ByteBuf batch, long timeoutNanos) {
            assertThat(timeoutNanos).isPositive();
            attempts.add(attempt);
            lastTimeoutNanos = timeoutNanos;
            allocated.add(batch);
            ByteBuffer bytes = batch.nioBuffer();
            lastBytes = bytes.remaining();
            payloads.add(batch.toString(UTF_8));
            sent.add(
                    new Sent(
                            BatchHeader.producerId(bytes, 0),
                            BatchHeader.producerEpoch(bytes, 0),
                            BatchHeader.baseSequence(bytes, 0),
                            BatchHeader.recordCount(bytes, 0)));
        }

        @Override
        public void waitBeforeAttempt(int attempt) {
            waits.add(attempt);
        }

        @Override
        public int maxBatchBytes() {
            return maxBatchBytes;
        }

        @Override
        public long storagePatienceNanos() {
            return TIMEOUT_NANOS / 15;
        }
    }
}
