package io.tidemark.partition.log;

import io.tidemark.protocol.record.BatchHeader;

/**
 * What the log remembers of an idempotent producer: its epoch and its last batches, so that a retry
 * of any of them is known again. Five, because a producer has at most five requests in flight.
 */
final class ProducerState {
    static final int REMEMBERED_BATCHES = 5;
    static final long NO_OFFSET = -1;

    private final long producerId;
    private short epoch;
    private final int[] lastSequences = new int[REMEMBERED_BATCHES];
    private final int[] offsetDeltas = new int[REMEMBERED_BATCHES];
    private final long[] lastOffsets = new long[REMEMBERED_BATCHES];
    private final long[] timestampsMs = new long[REMEMBERED_BATCHES];
    private int batches;
    private int newest = -1;
    private int coordinatorEpoch = -1;
    private long transactionStart = NO_OFFSET;
    private long lastSeenMs;

    ProducerState(long producerId, short epoch, long nowMs) {
        this.producerId = producerId;
        this.epoch = epoch;
        this.lastSeenMs = nowMs;
    }

    /** What a batch's sequence says. */
    enum Order {
        NEXT,
        DUPLICATE,
        GAP,
        OLD_EPOCH
    }

    /** Judges a batch that is not appended yet. */
    Order judge(short batchEpoch, int baseSequence, int lastSequence) {
        if (batchEpoch < epoch) {
            return Order.OLD_EPOCH;
        }
        if (batchEpoch > epoch) {
            return baseSequence == 0 ? Order.NEXT : Order.GAP;
        }
        if (find(baseSequence, lastSequence) >= 0) {
            return Order.DUPLICATE;
        }
        int expected = batches == 0 ? 0 : BatchHeader.addToSequence(lastSequences[newest], 1);
        return baseSequence == expected ? Order.NEXT : Order.GAP;
    }

    /** The slot of a remembered batch with exactly these sequences; -1 where there is none. */
    int find(int baseSequence, int lastSequence) {
        for (int back = 0; back < batches; back++) {
            int slot = slot(back);
            if (lastSequences[slot] == lastSequence && baseSequence(slot) == baseSequence) {
                return slot;
            }
        }
        return -1;
    }

    private int baseSequence(int slot) {
        return (lastSequences[slot] - offsetDeltas[slot]) & Integer.MAX_VALUE;
    }

    /** The slot of the batch that is {@code back} batches older than the newest. */
    int slot(int back) {
        return (newest - back + REMEMBERED_BATCHES) % REMEMBERED_BATCHES;
    }

    /** Remembers a batch that was appended; a newer epoch forgets those of the older. */
    void add(
            short batchEpoch,
            int lastSequence,
            long lastOffset,
            int offsetDelta,
            long timestampMs) {
        enterEpoch(batchEpoch);
        newest = (newest + 1) % REMEMBERED_BATCHES;
        batches = Math.min(batches + 1, REMEMBERED_BATCHES);
        lastSequences[newest] = lastSequence;
        offsetDeltas[newest] = offsetDelta;
        lastOffsets[newest] = lastOffset;
        timestampsMs[newest] = timestampMs;
    }

    void enterEpoch(short newEpoch) {
        if (newEpoch > epoch) {
            epoch = newEpoch;
            batches = 0;
            newest = -1;
        }
    }

    long producerId() {
        return producerId;
    }

    short epoch() {
        return epoch;
    }

    /** Batches remembered, at most {@link #REMEMBERED_BATCHES}. */
    int batches() {
        return batches;
    }

    int lastSequence(int slot) {
        return lastSequences[slot];
    }

    int offsetDelta(int slot) {
        return offsetDeltas[slot];
    }

    long lastOffset(int slot) {
        return lastOffsets[slot];
    }

    long timestampMs(int slot) {
        return timestampsMs[slot];
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    void coordinatorEpoch(int coordinatorEpoch) {
        this.coordinatorEpoch = coordinatorEpoch;
    }

    /** The first offset of the open transaction; -1 where none is open. */
    long transactionStart() {
        return transactionStart;
    }

    void transactionStart(long offset) {
        transactionStart = offset;
    }

    /** The log's own time of the last append, for records may carry any. */
    long lastSeenMs() {
        return lastSeenMs;
    }

    void seen(long nowMs) {
        lastSeenMs = nowMs;
    }
}
