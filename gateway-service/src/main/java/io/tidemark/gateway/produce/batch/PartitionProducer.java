package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Joins the records for one partition into batches and sees each batch through: one under way at a
 * time, and what arrives meanwhile goes in the next. Idempotent: a batch is repeated under the same
 * producer id and sequence until its fate is known or its time is over, so a retry never stores it
 * twice.
 *
 * <pre>
 *  state           event                                  next
 *  IDLE            record, producer id known              SENDING
 *  IDLE            record, no producer id                 ASKING_ID
 *  ASKING_ID       id came                                SENDING
 *  ASKING_ID       it did not                             WAITING, then ASKING_ID
 *  SENDING         appended                               IDLE (or SENDING the next)
 *  SENDING         retriable error, or no answer          WAITING, then SENDING the same bytes
 *  SENDING         the disk is full, for 2 s now          all its records fail
 *  SENDING         refused for its content                SENDING a half; a single record fails
 *  SENDING         sequence or producer id refused        ASKING_ID; the records go again, unless an
 *                                                         earlier attempt may have stored them
 *  any             the topic is gone                      all records fail
 * </pre>
 *
 * A batch whose time is over while its fate is unknown fails with the producer id: its sequence may
 * or may not be used up. Pure; one thread at a time, which the caller sees to.
 */
final class PartitionProducer {

    /** What the decisions lead to. */
    interface Effects {
        /** Asks for a new producer id, then calls {@link #onProducerId}. */
        void askProducerId();

        /**
         * Appends a batch, then calls {@link #onSent}.
         *
         * @param batch stays the producer's
         * @param timeoutNanos for the answer
         */
        void send(ByteBuf batch, long timeoutNanos);

        /** Calls {@link #onTimer} after a wait that grows with {@code attempt}, from 1. */
        void waitBeforeAttempt(int attempt);

        /** The longest batch that the topic takes now, in bytes. */
        int maxBatchBytes();
    }

    private enum State {
        IDLE,
        ASKING_ID,
        SENDING,
        WAITING
    }

    private static final long STORAGE_PATIENCE_NANOS = 2_000_000_000L;

    private final int partition;
    private final Clock clock;
    private final ByteBufAllocator allocator;
    private final Effects effects;
    private final Completions completions;
    private final ProduceObserver observer;

    private final ArrayDeque<PendingRecord> queue = new ArrayDeque<>();
    private State state = State.IDLE;
    private long producerId = BatchHeader.NO_PRODUCER_ID;
    private short producerEpoch;
    private int nextSequence;
    private int attempt;
    private int maxRecords = Integer.MAX_VALUE;
    private @Nullable Batch batch;

    /** A batch under way. */
    private static final class Batch {
        final List<PendingRecord> records;
        final ByteBuf bytes;
        final long startNanos;

        /** An attempt was made of which no answer came. */
        boolean fateUnknown;

        Batch(List<PendingRecord> records, ByteBuf bytes, long startNanos) {
            this.records = records;
            this.bytes = bytes;
            this.startNanos = startNanos;
        }

        long deadlineNanos() {
            return records.getLast().deadlineNanos();
        }
    }

    PartitionProducer(
            int partition,
            Clock clock,
            ByteBufAllocator allocator,
            Effects effects,
            Completions completions,
            ProduceObserver observer) {
        this.partition = partition;
        this.clock = clock;
        this.allocator = allocator;
        this.effects = effects;
        this.completions = completions;
        this.observer = observer;
    }

    /** Takes a record; {@link #proceed} sends it. */
    void offer(PendingRecord record) {
        queue.add(record);
    }

    /** Records that wait for the next batch. */
    int queued() {
        return queue.size();
    }

    /** Whether nothing waits and nothing is under way. */
    boolean idle() {
        return state == State.IDLE && queue.isEmpty();
    }

    /** Sends what is queued, unless something is under way. */
    void proceed() {
        if (state != State.IDLE) {
            return;
        }
        expireQueued("the partition's leader was not reached in time");
        if (queue.isEmpty()) {
            return;
        }
        if (producerId == BatchHeader.NO_PRODUCER_ID) {
            state = State.ASKING_ID;
            effects.askProducerId();
        } else {
            batch = nextBatch();
            attempt = 0;
            send(batch);
        }
    }

    /** A producer id came. */
    void onProducerId(long id, short epoch) {
        producerId = id;
        producerEpoch = epoch;
        nextSequence = 0;
        attempt = 0;
        state = State.IDLE;
        proceed();
    }

    /** No producer id came. */
    void onProducerIdFailed(String message) {
        expireQueued("no producer id: " + message);
        waitThenRetry();
    }

    /** The wait is over. */
    void onTimer() {
        Batch waiting = batch;
        if (waiting != null) {
            send(waiting);
        } else {
            state = State.IDLE;
            proceed();
        }
    }

    /** The batch under way was answered, or was not. */
    void onSent(SendOutcome outcome) {
        Batch sent = batch;
        if (sent == null) {
            throw new IllegalStateException("an answer without a batch");
        }
        switch (outcome) {
            case SendOutcome.Appended(long baseOffset, long logAppendTimeMs) ->
                    appended(sent, baseOffset, logAppendTimeMs);
            case SendOutcome.Refused(ErrorCode error, String message) ->
                    refused(sent, error, message);
            case SendOutcome.NotSent(String message) ->
                    retryOrFail(sent, ApiError.unavailable(message));
            case SendOutcome.Unknown(String message) -> {
                sent.fateUnknown = true;
                retryOrFail(sent, ApiError.unavailable(message));
            }
            case SendOutcome.TopicGone() -> topicGone(sent);
        }
    }

    private void appended(Batch sent, long baseOffset, long logAppendTimeMs) {
        observer.batchAppended(
                sent.records.size(), sent.bytes.readableBytes(), clock.nanos() - sent.startNanos);
        for (int i = 0; i < sent.records.size(); i++) {
            PendingRecord record = sent.records.get(i);
            record.delivery()
                    .stored(
                            record.index(),
                            partition,
                            baseOffset < 0 ? -1 : baseOffset + i,
                            logAppendTimeMs < 0 ? record.timestampMs() : logAppendTimeMs,
                            completions);
        }
        nextSequence = BatchHeader.addToSequence(nextSequence, sent.records.size());
        maxRecords = maxRecords > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : maxRecords * 2;
        finish(sent);
    }

    private void refused(Batch sent, ErrorCode error, String message) {
        observer.batchRefused(error);
        switch (error) {
            case DUPLICATE_SEQUENCE_NUMBER -> appended(sent, -1, -1);
            case OUT_OF_ORDER_SEQUENCE_NUMBER,
                    UNKNOWN_PRODUCER_ID,
                    INVALID_PRODUCER_EPOCH,
                    PRODUCER_FENCED ->
                    startOver(sent, ApiError.of(error, message));
            case KAFKA_STORAGE_ERROR -> storageFailed(sent, ApiError.of(error, message));
            default -> {
                if (error.retriable()) {
                    // An error after the append, or one that leaves it open, may have stored it.
                    sent.fateUnknown |= leavesFateOpen(error);
                    retryOrFail(sent, ApiError.of(error, message));
                } else {
                    refusedForContent(sent, ApiError.of(error, message));
                }
            }
        }
    }

    private static boolean leavesFateOpen(ErrorCode error) {
        return error == ErrorCode.REQUEST_TIMED_OUT
                || error == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
                || error == ErrorCode.NETWORK_EXCEPTION;
    }

    /** The log does not know this producer, or not its last sequence: only a new id helps. */
    private void startOver(Batch sent, ApiError error) {
        forgetProducerId();
        if (sent.fateUnknown || clock.nanos() >= sent.deadlineNanos()) {
            failAll(sent.records, unknownFate(error));
            finish(sent);
            return;
        }
        requeue(sent);
        waitThenRetry();
    }

    /** One record's fault must not fail the others: halves are tried until it stands alone. */
    private void refusedForContent(Batch sent, ApiError error) {
        if (sent.fateUnknown) {
            forgetProducerId();
        }
        if (sent.records.size() == 1) {
            failAll(sent.records, error);
            finish(sent);
            return;
        }
        maxRecords = sent.records.size() / 2;
        requeue(sent);
        state = State.IDLE;
        proceed();
    }

    /** The leader's disk is full or broken: another may take over, but a client is told soon. */
    private void storageFailed(Batch sent, ApiError error) {
        if (clock.nanos() - sent.startNanos < STORAGE_PATIENCE_NANOS) {
            retryOrFail(sent, error);
        } else {
            giveUp(sent, error);
        }
    }

    private void retryOrFail(Batch sent, ApiError error) {
        if (clock.nanos() < sent.deadlineNanos()) {
            waitThenRetry();
        } else {
            giveUp(sent, error);
        }
    }

    private void giveUp(Batch sent, ApiError error) {
        if (sent.fateUnknown) {
            forgetProducerId();
            failAll(sent.records, unknownFate(error));
        } else {
            failAll(sent.records, error);
        }
        finish(sent);
    }

    private void topicGone(Batch sent) {
        ApiError error = new ApiError(404, 40401, "The topic was deleted.");
        failAll(sent.records, error);
        failAll(queue, error);
        queue.clear();
        forgetProducerId();
        finish(sent);
    }

    private static ApiError unknownFate(ApiError cause) {
        return new ApiError(
                503,
                50301,
                "Whether the record was stored is unknown: "
                        + cause.message().toLowerCase(Locale.ROOT));
    }

    private void waitThenRetry() {
        state = State.WAITING;
        attempt++;
        effects.waitBeforeAttempt(attempt);
    }

    private void send(Batch next) {
        state = State.SENDING;
        effects.send(next.bytes, Math.max(1, next.deadlineNanos() - clock.nanos()));
    }

    private void finish(Batch done) {
        done.bytes.release();
        batch = null;
        state = State.IDLE;
        proceed();
    }

    private void requeue(Batch sent) {
        for (int i = sent.records.size() - 1; i >= 0; i--) {
            queue.addFirst(sent.records.get(i));
        }
        sent.bytes.release();
        batch = null;
    }

    private void forgetProducerId() {
        producerId = BatchHeader.NO_PRODUCER_ID;
    }

    private void failAll(Iterable<PendingRecord> records, ApiError error) {
        for (PendingRecord record : records) {
            record.delivery().failed(record.index(), partition, error, completions);
        }
    }

    private void expireQueued(String message) {
        long now = clock.nanos();
        while (!queue.isEmpty() && now >= queue.peek().deadlineNanos()) {
            PendingRecord late = queue.remove();
            late.delivery()
                    .failed(late.index(), partition, ApiError.unavailable(message), completions);
        }
    }

    private Batch nextBatch() {
        int maxBytes = effects.maxBatchBytes();
        List<PendingRecord> records = new ArrayList<>(Math.min(queue.size(), 1024));
        BatchBuilder builder =
                new BatchBuilder(allocator, Compression.NONE, Math.min(maxBytes, initialBytes()));
        PendingRecord next = queue.peek();
        while (next != null
                && records.size() < maxRecords
                && (records.isEmpty() || builder.sizeBytes() + maxBytesOf(next) <= maxBytes)) {
            builder.append(next.timestampMs(), next.key(), next.value(), next.headers());
            records.add(queue.remove());
            next = queue.peek();
        }
        return new Batch(
                records, builder.build(producerId, producerEpoch, nextSequence), clock.nanos());
    }

    /** A guess that is right for equal records; the builder grows where it is not. */
    private int initialBytes() {
        PendingRecord first = queue.element();
        long guess = BatchHeader.SIZE_BYTES + (long) queue.size() * maxBytesOf(first);
        return (int) Math.min(guess, Integer.MAX_VALUE);
    }

    private static int maxBytesOf(PendingRecord record) {
        return BatchBuilder.maxRecordBytes(record.key(), record.value(), record.headers());
    }
}
