package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch that has its sequence, from when it is built until the log has it or it is given up. Of
 * the partition's loop.
 */
final class Batch {

    static final long NOT_UNDER_WAY = 0;

    final List<PendingRecord> records;
    final ByteBuf bytes;
    final int baseSequence;
    final long builtNanos;

    /** Then its records fail. A broken disk brings it forward. */
    long deadlineNanos;

    /** The attempt that is awaited; {@link #NOT_UNDER_WAY} where there is none. */
    long attempt = NOT_UNDER_WAY;

    /**
     * An attempt was made of which no answer came, or one that leaves it open: it may be stored.
     */
    boolean fateUnknown;

    /** Its records have failed; it stays only because others behind it have their sequences. */
    boolean told;

    /** Why it was not stored the last time. */
    @Nullable ApiError lastError;

    /** The log will never take it as it is. */
    boolean refusedForContent;

    Batch(List<PendingRecord> records, ByteBuf bytes, int baseSequence, long nowNanos) {
        this.records = records;
        this.bytes = bytes;
        this.baseSequence = baseSequence;
        this.builtNanos = nowNanos;
        long earliest = Long.MAX_VALUE;
        for (PendingRecord record : records) {
            earliest = Math.min(earliest, record.deadlineNanos());
        }
        this.deadlineNanos = earliest;
    }

    boolean underWay() {
        return attempt != NOT_UNDER_WAY;
    }

    /** Gives the attempt up; what it did is unknown. */
    void abandon() {
        attempt = NOT_UNDER_WAY;
        fateUnknown = true;
    }
}
