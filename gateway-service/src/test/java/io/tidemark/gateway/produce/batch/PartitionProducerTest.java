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
    void shouldJoinWhatArrivesWhileABatchIsUnderWay() {
        // Given
        ready();
        Delivery first = offer("a");
        List<Delivery> others = List.of(offer("b"), offer("c"), offer("d"));
        assertThat(effects.sent).hasSize(1);

        // When
        appended(0);

        // Then
        assertThat(first.offset(0)).isZero();
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 1, 3));
        appended(1);
        assertThat(others).extracting(d -> d.offset(0)).containsExactly(1L, 2L, 3L);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldRepeatTheSameBatchUnderTheSameSequence() {
        ready();
        Delivery delivery = offer("a");
        for (SendOutcome outcome :
                List.of(
                        new SendOutcome.Unknown("broken"),
                        new SendOutcome.NotSent("no leader"),
                        new SendOutcome.Refused(RETRIABLE, ""))) {
            producer.onSent(outcome);
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
        producer.onSent(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        producer.onSent(new SendOutcome.Refused(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, ""));
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
        producer.onSent(new SendOutcome.Unknown("broken"));
        clock.nanos += TIMEOUT_NANOS;

        // When
        producer.onTimer();
        producer.onSent(new SendOutcome.Refused(RETRIABLE, ""));

        // Then
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
        producer.onSent(new SendOutcome.Refused(RETRIABLE, "gone"));
        assertThat(error(delivery).message()).isEqualTo("gone");
        offer("b");
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
    }

    @Test
    void shouldTellSoonThatADiskIsFull() {
        ready();
        Delivery delivery = offer("a");
        producer.onSent(new SendOutcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full"));
        assertThat(effects.waits).hasSize(1);
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTimer();
        producer.onSent(new SendOutcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full"));
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(error(delivery).message()).isEqualTo("The disk is full");
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
            producer.onSent(new SendOutcome.Refused(error, ""));
            producer.onTimer();
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
        producer.onSent(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        producer.onSent(new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, ""));
        assertThat(error(delivery).message()).contains("unknown");
        assertThat(effects.sent).hasSize(2);
    }

    @Test
    void shouldFailOnlyTheRecordThatIsAtFault() {
        // Given
        ready();
        Delivery first = offer("a");
        List<Delivery> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(offer(i == 5 ? "bad" : "good"));
        }
        appended(0);

        // When every batch with the bad record is refused
        long offset = 1;
        while (!producer.idle()) {
            if (effects.lastPayload.contains("bad")) {
                producer.onSent(new SendOutcome.Refused(ErrorCode.INVALID_RECORD, "no"));
            } else {
                int records = effects.last().records;
                appended(offset);
                offset += records;
            }
        }

        // Then
        assertThat(first.error(0)).isNull();
        for (int i = 0; i < 8; i++) {
            assertThat(others.get(i).error(0) == null).as("record %d", i).isEqualTo(i != 5);
        }
        assertThat(offset).isEqualTo(8);
    }

    @Test
    void shouldFailEverythingOfADeletedTopic() {
        ready();
        Delivery first = offer("a");
        Delivery second = offer("b");
        producer.onSent(new SendOutcome.TopicGone());
        assertThat(error(first).errorCode()).isEqualTo(40401);
        assertThat(error(second).errorCode()).isEqualTo(40401);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldExpireWhatWaitsForAnId() {
        Delivery delivery = offer("a");
        producer.onProducerIdFailed("down");
        clock.nanos += TIMEOUT_NANOS;
        producer.onTimer();
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldKeepBatchesWithinTheLimit() {
        ready();
        effects.maxBatchBytes = 300;
        offer("a");
        for (int i = 0; i < 20; i++) {
            offer("x".repeat(50));
        }
        long offset = 1;
        appended(0);
        while (!producer.idle()) {
            assertThat(effects.lastBytes).isLessThanOrEqualTo(300);
            assertThat(effects.last().records).isGreaterThan(1);
            int records = effects.last().records;
            appended(offset);
            offset += records;
        }
        assertThat(offset).isEqualTo(21);
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
            producer.onSent(new SendOutcome.Refused(ErrorCode.INVALID_RECORD, ""));
            effects.sent.clear();
        }
    }

    private Delivery offer(String value) {
        Delivery delivery = new Delivery(1, Runnable::run, done -> {});
        ByteBuf bytes = Unpooled.wrappedBuffer(value.getBytes(UTF_8));
        ParsedRecord record = new ParsedRecord(-1, -1, null, bytes, List.of());
        producer.offer(new PendingRecord(record, 100, delivery, 0, clock.nanos() + TIMEOUT_NANOS));
        producer.proceed();
        return delivery;
    }

    private void appended(long baseOffset) {
        producer.onSent(new SendOutcome.Appended(baseOffset, -1));
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
        int idsAsked;
        int maxBatchBytes = 1 << 20;
        int lastBytes;
        String lastPayload = "";

        Sent last() {
            return sent.getLast();
        }

        @Override
        public void askProducerId() {
            idsAsked++;
        }

        @Override
        public void send(ByteBuf batch, long timeoutNanos) {
            assertThat(timeoutNanos).isPositive();
            allocated.add(batch);
            ByteBuffer bytes = batch.nioBuffer();
            lastBytes = bytes.remaining();
            lastPayload = batch.toString(UTF_8);
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
    }
}
