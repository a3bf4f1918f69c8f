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

/** A partition's producer whose effects are noted, under a clock that is set by hand. */
abstract class PartitionProducerFixture {

    static final long TIMEOUT_NANOS = 30_000_000_000L;
    static final ErrorCode RETRIABLE = ErrorCode.NOT_LEADER_OR_FOLLOWER;

    final ManualClock clock = new ManualClock();
    final RecordedEffects effects = new RecordedEffects();
    final Completions completions = new Completions();
    final List<ByteBuf> allocated = new ArrayList<>();
    final PartitionProducer producer =
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

    void ready() {
        if (effects.idsAsked == 0) {
            Delivery warm = offer("warm");
            producer.onProducerId(7, (short) 0);
            assertThat(warm.size()).isEqualTo(1);
            answer(new SendOutcome.Refused(ErrorCode.INVALID_RECORD, ""));
            effects.sent.clear();
            effects.sentBefore = effects.payloads.size();
        }
    }

    Delivery offer(String value) {
        return offer(value, TIMEOUT_NANOS);
    }

    Delivery offer(String value, long timeoutNanos) {
        Delivery delivery = new Delivery(1, Runnable::run, done -> {});
        ByteBuf bytes = Unpooled.wrappedBuffer(value.getBytes(UTF_8));
        ParsedRecord record = new ParsedRecord(-1, -1, null, bytes, List.of());
        producer.offer(new PendingRecord(record, 100, delivery, 0, clock.nanos() + timeoutNanos));
        producer.proceed();
        return delivery;
    }

    /** Answers the oldest attempt. */
    void answer(SendOutcome outcome) {
        producer.onSent(effects.takeOldestOpen(), outcome);
    }

    void refuse(ErrorCode error) {
        answer(new SendOutcome.Refused(error, ""));
    }

    void appended(long baseOffset) {
        answer(new SendOutcome.Appended(baseOffset, -1));
    }

    static ApiError error(Delivery delivery) {
        return Objects.requireNonNull(delivery.error(0));
    }

    /** What a batch carried. */
    record Sent(long producerId, short epoch, int baseSequence, int records) {}

    static final class ManualClock implements Clock {
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

    final class RecordedEffects implements ProducerEffects {
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
