package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Joins the records for one partition into batches and sees each batch through. Up to {@link
 * #MAX_IN_FLIGHT} are under way at once, in the order of their sequences; what arrives meanwhile
 * goes in the next. Idempotent: a batch is repeated under the same producer id and sequence until
 * its fate is known or its time is over, so a retry never stores it twice.
 *
 * <pre>
 *  state       event                                      next
 *  SENDING     records, no producer id                    ASKING_ID
 *  SENDING     records, room in the window                SENDING one batch more
 *  SENDING     a batch is stored                          SENDING
 *  SENDING     any other answer, or another leader        DRAINING: no batch starts
 *  DRAINING    every attempt has ended                    WAITING; or the window is built anew
 *  WAITING     the wait is over, or another leader        PROBING: the oldest batch alone
 *  PROBING     it is stored                               SENDING the rest again, in order
 *  PROBING     any other answer, or another leader        DRAINING
 *  ASKING_ID   another leader                             ASKING_ID there
 *  ASKING_ID   it came                                    SENDING
 *  ASKING_ID   it did not                                 WAITING
 *  any         the topic is gone                          SENDING; all records have failed
 * </pre>
 *
 * The window is built anew (its batches' records go back to the queue, and take other sequences)
 * only where none of them can be in the log: one whose fate is unknown fails then, and a new
 * producer id begins. That happens where the log refuses a batch for its content (halves are tried,
 * until a bad record stands alone), where it has lost track of the sequence, and where the time of
 * a batch is over. A batch whose time is over while its fate, or that of others, is open has its
 * records told so, and stays for its sequence as long as another batch needs it.
 *
 * <p>Pure; one thread at a time, which the caller sees to.
 */
final class PartitionProducer {

    private enum State {
        SENDING,
        DRAINING,
        WAITING,
        PROBING,
        ASKING_ID
    }

    /** What a log remembers of a producer: a retry of any of these is known again. */
    static final int MAX_IN_FLIGHT = 5;

    private static final ApiError NOT_REACHED =
            ApiError.of(ErrorCode.REQUEST_TIMED_OUT, "The partition's leader was not reached.");

    private final int partition;
    private final Clock clock;
    private final ProducerEffects effects;
    private final Completions completions;
    private final ProduceObserver observer;

    private final RecordQueue queue;
    private final ArrayDeque<Batch> window = new ArrayDeque<>(MAX_IN_FLIGHT);
    private State state = State.SENDING;
    private int underWay;
    private long attempts;
    private int waits;
    private boolean rebuild;
    private boolean newId;

    private long producerId = BatchHeader.NO_PRODUCER_ID;
    private short producerEpoch;
    private int nextSequence;
    private int maxRecords = Integer.MAX_VALUE;

    /** Why nothing is sent now; told to records that never were. */
    private ApiError obstacle = NOT_REACHED;

    PartitionProducer(
            int partition,
            Clock clock,
            ByteBufAllocator allocator,
            ProducerEffects effects,
            Completions completions,
            ProduceObserver observer) {
        this.partition = partition;
        this.clock = clock;
        this.queue = new RecordQueue(allocator);
        this.effects = effects;
        this.completions = completions;
        this.observer = observer;
    }

    /** Takes a record; {@link #proceed} sends it. */
    void offer(PendingRecord record) {
        queue.add(record);
    }

    /** Records that wait for a batch. */
    int queued() {
        return queue.size();
    }

    /** Whether nothing is sent for now: what comes must wait. */
    boolean stalled() {
        return state != State.SENDING;
    }

    /** Whether nothing waits and nothing is under way. */
    boolean idle() {
        return window.isEmpty() && queue.isEmpty() && state == State.SENDING;
    }

    /** Sends what is queued, as far as there is room. */
    void proceed() {
        if (state == State.SENDING) {
            pump();
        }
    }

    /** A producer id came. */
    void onProducerId(long id, short epoch) {
        if (state != State.ASKING_ID) {
            return; // asked for again since, and answered
        }
        producerId = id;
        producerEpoch = epoch;
        nextSequence = 0;
        waits = 0;
        state = State.SENDING;
        pump();
    }

    /** No producer id came. */
    void onNoProducerId(SendOutcome why) {
        if (state != State.ASKING_ID) {
            return;
        }
        if (why instanceof SendOutcome.TopicGone) {
            topicGone();
            return;
        }
        if (why instanceof SendOutcome.NotSent(ErrorCode error, String message)) {
            obstacle = ApiError.of(error, message);
        }
        waitThenProbe();
    }

    /** A wait is over. */
    void onTimer() {
        if (state == State.WAITING) {
            probe();
        }
    }

    /** Another leader is known, or none: what the last one was sent goes to the next. */
    void onLeaderChanged() {
        if (underWay > 0) {
            window.stream().filter(Batch::underWay).forEach(Batch::abandon);
            underWay = 0;
            state = State.DRAINING;
        }
        waits = 0;
        if (state == State.DRAINING) {
            recover(true);
        } else if (state == State.WAITING) {
            probe();
        } else if (state == State.ASKING_ID) {
            effects.askProducerId();
        }
    }

    /** Fails records whose time is over. To be called often while not {@link #idle}. */
    void onTick() {
        expireQueue();
        expireWindow();
    }

    /** An attempt was answered, or was not. */
    void onSent(long attempt, SendOutcome outcome) {
        Batch batch = attempted(attempt);
        if (batch == null) {
            return; // given up, because the leader had changed
        }
        batch.attempt = Batch.NOT_UNDER_WAY;
        underWay--;
        switch (outcome) {
            case SendOutcome.Appended(long baseOffset, long logAppendTimeMs) ->
                    stored(batch, baseOffset, logAppendTimeMs);
            case SendOutcome.Refused(ErrorCode error, String message) ->
                    refused(batch, error, message);
            case SendOutcome.NotSent(ErrorCode error, String message) ->
                    notStored(batch, ApiError.of(error, message));
            case SendOutcome.Unknown(String message) -> {
                batch.fateUnknown = true;
                notStored(batch, ApiError.unavailable(message));
            }
            case SendOutcome.TopicGone() -> topicGone();
        }
        settle();
    }

    private @Nullable Batch attempted(long attempt) {
        for (Batch batch : window) {
            if (batch.attempt == attempt) {
                return batch;
            }
        }
        return null;
    }

    // ---- answers

    private void stored(Batch batch, long baseOffset, long logAppendTimeMs) {
        observer.batchAppended(
                batch.records.size(),
                batch.bytes.readableBytes(),
                clock.nanos() - batch.builtNanos);
        for (int i = 0; i < batch.records.size() && !batch.told; i++) {
            PendingRecord record = batch.records.get(i);
            record.delivery()
                    .stored(
                            record.index(),
                            partition,
                            baseOffset < 0 ? -1 : baseOffset + i,
                            logAppendTimeMs < 0 ? record.timestampMs() : logAppendTimeMs,
                            completions);
        }
        window.remove(batch);
        batch.bytes.release();
        waits = 0;
        obstacle = NOT_REACHED;
        maxRecords = maxRecords > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : maxRecords * 2;
        if (state == State.PROBING) {
            state = State.SENDING;
        }
    }

    private void refused(Batch batch, ErrorCode error, String message) {
        observer.batchRefused(error);
        ApiError apiError = ApiError.of(error, message);
        switch (error) {
            case DUPLICATE_SEQUENCE_NUMBER -> stored(batch, -1, -1);
            case OUT_OF_ORDER_SEQUENCE_NUMBER -> {
                if (batch == window.peek()) {
                    startOver(batch, apiError);
                } else {
                    // Because one before it was not: that one's reason is this one's, too.
                    ApiError before = window.element().lastError;
                    notStored(batch, before == null ? apiError : before);
                }
            }
            case UNKNOWN_PRODUCER_ID, INVALID_PRODUCER_EPOCH, PRODUCER_FENCED ->
                    startOver(batch, apiError);
            case KAFKA_STORAGE_ERROR -> {
                batch.deadlineNanos =
                        Math.min(
                                batch.deadlineNanos,
                                batch.builtNanos + effects.storagePatienceNanos());
                notStored(batch, apiError);
            }
            default -> {
                if (error.retriable()) {
                    batch.fateUnknown |= leavesFateOpen(error);
                    notStored(batch, apiError);
                } else {
                    refusedForContent(batch, apiError);
                }
            }
        }
    }

    private static boolean leavesFateOpen(ErrorCode error) {
        return error == ErrorCode.REQUEST_TIMED_OUT
                || error == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
                || error == ErrorCode.NETWORK_EXCEPTION;
    }

    private void notStored(Batch batch, ApiError error) {
        batch.lastError = error;
        obstacle = error;
        state = State.DRAINING;
    }

    /** The log does not know this producer, or not its last sequence: only a new id helps. */
    private void startOver(Batch batch, ApiError error) {
        notStored(batch, error);
        rebuild = true;
        newId = true;
    }

    /** One record's fault must not fail the others: halves are tried until it stands alone. */
    private void refusedForContent(Batch batch, ApiError error) {
        notStored(batch, error);
        batch.refusedForContent = true;
        maxRecords = batch.records.size() == 1 ? Integer.MAX_VALUE : batch.records.size() / 2;
        rebuild = true;
    }

    private void topicGone() {
        ApiError error = new ApiError(404, 40401, "The topic was deleted.");
        for (Batch batch : window) {
            fail(batch, error);
            batch.bytes.release();
        }
        window.clear();
        underWay = 0;
        queue.drainTo(record -> fail(record, error));
        producerId = BatchHeader.NO_PRODUCER_ID;
        rebuild = false;
        newId = false;
        state = State.SENDING;
    }

    // ---- what comes next

    private void settle() {
        switch (state) {
            case SENDING -> pump();
            case DRAINING -> recover(false);
            case WAITING, PROBING, ASKING_ID -> {}
        }
    }

    private void pump() {
        expireQueue();
        if (expireWindow()) {
            return;
        }
        if (producerId == BatchHeader.NO_PRODUCER_ID) {
            if (!queue.isEmpty()) {
                state = State.ASKING_ID;
                effects.askProducerId();
            }
            return;
        }
        for (Batch batch : window) {
            if (!batch.underWay()) {
                send(batch);
            }
        }
        while (!queue.isEmpty() && window.size() < room()) {
            Batch batch =
                    queue.next(
                            producerId,
                            producerEpoch,
                            nextSequence,
                            maxRecords,
                            effects.maxBatchBytes(),
                            clock.nanos());
            nextSequence = BatchHeader.addToSequence(nextSequence, batch.records.size());
            window.add(batch);
            send(batch);
        }
    }

    /** While a bad record is searched for, a batch behind it would only be refused for a gap. */
    private int room() {
        return maxRecords == Integer.MAX_VALUE ? MAX_IN_FLIGHT : 1;
    }

    private void send(Batch batch) {
        batch.attempt = ++attempts;
        underWay++;
        long deadlineNanos = batch.deadlineNanos;
        for (Batch behind : batch.told ? window : List.<Batch>of()) {
            deadlineNanos = Math.max(deadlineNanos, behind.deadlineNanos);
        }
        effects.send(batch.attempt, batch.bytes, Math.max(1, deadlineNanos - clock.nanos()));
    }

    /** Draining: waits for the attempts under way, then tries again. */
    private void recover(boolean atOnce) {
        if (underWay > 0 || expireWindow()) {
            return;
        }
        if (rebuild) {
            rebuildWindow();
        } else if (atOnce || window.isEmpty()) {
            probe();
        } else {
            waitThenProbe();
        }
    }

    private void waitThenProbe() {
        state = State.WAITING;
        waits++;
        effects.waitBeforeAttempt(waits);
    }

    private void probe() {
        if (expireWindow()) {
            return;
        }
        Batch oldest = window.peek();
        if (oldest == null) {
            state = State.SENDING;
            pump();
        } else {
            state = State.PROBING;
            send(oldest);
        }
    }

    /** Nothing is under way: what cannot be in the log is queued again, what may be there fails. */
    private void rebuildWindow() {
        int firstSequence = window.isEmpty() ? nextSequence : window.element().baseSequence;
        long now = clock.nanos();
        Iterator<Batch> newestFirst = window.descendingIterator();
        while (newestFirst.hasNext()) {
            Batch batch = newestFirst.next();
            ApiError error = batch.lastError == null ? obstacle : batch.lastError;
            newId |= batch.fateUnknown;
            if (batch.fateUnknown) {
                fail(batch, unknownFate(error));
            } else if (now >= batch.deadlineNanos
                    || (batch.refusedForContent && batch.records.size() == 1)) {
                fail(batch, error);
            } else if (!batch.told) {
                queue.putBack(batch.records);
            }
            batch.bytes.release();
        }
        window.clear();
        if (newId) {
            producerId = BatchHeader.NO_PRODUCER_ID;
        } else {
            nextSequence = firstSequence;
        }
        rebuild = false;
        newId = false;
        state = State.SENDING;
        pump();
    }

    // ---- time

    private void expireQueue() {
        queue.expire(clock.nanos(), record -> fail(record, obstacle));
    }

    /**
     * Fails batches that wait and whose time is over. Where all fates are known, or no other batch
     * needs their sequences, the window is built anew without them.
     *
     * @return whether it was
     */
    private boolean expireWindow() {
        long now = clock.nanos();
        boolean open = underWay > 0;
        boolean expired = false;
        boolean needed = false;
        for (Batch batch : window) {
            boolean over = !batch.underWay() && now >= batch.deadlineNanos;
            open |= batch.fateUnknown;
            expired |= over;
            needed |= !over;
        }
        if (!expired) {
            return false;
        }
        if (underWay == 0 && (!open || !needed)) {
            rebuildWindow();
            return true;
        }
        for (Batch batch : window) {
            if (!batch.underWay() && now >= batch.deadlineNanos) {
                fail(batch, unknownFate(batch.lastError == null ? obstacle : batch.lastError));
            }
        }
        return false;
    }

    private static ApiError unknownFate(ApiError cause) {
        return new ApiError(
                503,
                50301,
                "Whether the record was stored is unknown: "
                        + cause.message().toLowerCase(Locale.ROOT),
                0,
                true);
    }

    private void fail(Batch batch, ApiError error) {
        if (!batch.told) {
            batch.told = true;
            batch.records.forEach(record -> fail(record, error));
        }
    }

    private void fail(PendingRecord record, ApiError error) {
        record.delivery().failed(record.index(), partition, error, completions);
    }
}
