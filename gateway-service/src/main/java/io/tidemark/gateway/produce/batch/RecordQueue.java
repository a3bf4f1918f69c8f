package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBufAllocator;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Records that wait for a batch, in order. Of the partition's loop. */
final class RecordQueue {

    /** The records of a batch share its fate, so their times are over at about the same time. */
    private static final long DEADLINE_SPREAD_NANOS = 1_000_000_000L;

    private final ArrayDeque<PendingRecord> records = new ArrayDeque<>();
    private final ByteBufAllocator allocator;

    /** No record's deadline is earlier; it may be that of one that has left. */
    private long earliestDeadlineNanos = Long.MAX_VALUE;

    RecordQueue(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    void add(PendingRecord record) {
        records.add(record);
        earliestDeadlineNanos = Math.min(earliestDeadlineNanos, record.deadlineNanos());
    }

    /** Takes the records of a batch back, before all others. */
    void putBack(List<PendingRecord> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            records.addFirst(batch.get(i));
            earliestDeadlineNanos = Math.min(earliestDeadlineNanos, batch.get(i).deadlineNanos());
        }
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    int size() {
        return records.size();
    }

    /** Removes the records whose time is over. */
    void expire(long nowNanos, Consumer<PendingRecord> expired) {
        if (nowNanos < earliestDeadlineNanos) {
            return;
        }
        earliestDeadlineNanos = Long.MAX_VALUE;
        Iterator<PendingRecord> each = records.iterator();
        while (each.hasNext()) {
            PendingRecord record = each.next();
            if (nowNanos >= record.deadlineNanos()) {
                each.remove();
                expired.accept(record);
            } else {
                earliestDeadlineNanos = Math.min(earliestDeadlineNanos, record.deadlineNanos());
            }
        }
    }

    /** Removes all. */
    void drainTo(Consumer<PendingRecord> to) {
        records.forEach(to);
        records.clear();
        earliestDeadlineNanos = Long.MAX_VALUE;
    }

    /**
     * Builds a batch of the first records, of which there must be one.
     *
     * @param maxBytes of the batch, where it has more than one record
     */
    Batch next(
            long producerId,
            short producerEpoch,
            int baseSequence,
            int maxRecords,
            int maxBytes,
            long nowNanos) {
        List<PendingRecord> taken = new ArrayList<>(Math.min(records.size(), 1024));
        BatchBuilder builder =
                new BatchBuilder(allocator, Compression.NONE, Math.min(maxBytes, initialBytes()));
        long deadlineNanos = records.element().deadlineNanos();
        PendingRecord next = records.peek();
        while (next != null
                && taken.size() < maxRecords
                && (taken.isEmpty() || fits(next, builder.sizeBytes(), maxBytes, deadlineNanos))) {
            builder.append(next.timestampMs(), next.key(), next.value(), next.headers());
            taken.add(records.remove());
            next = records.peek();
        }
        return new Batch(
                taken,
                builder.build(producerId, producerEpoch, baseSequence),
                baseSequence,
                nowNanos);
    }

    private static boolean fits(
            PendingRecord record, int sizeBytes, int maxBytes, long deadlineNanos) {
        return sizeBytes + maxBytesOf(record) <= maxBytes
                && Math.abs(record.deadlineNanos() - deadlineNanos) <= DEADLINE_SPREAD_NANOS;
    }

    /** A guess that is right for equal records; the builder grows where it is not. */
    private int initialBytes() {
        PendingRecord first = records.element();
        long guess = BatchHeader.SIZE_BYTES + (long) records.size() * maxBytesOf(first);
        return (int) Math.min(guess, Integer.MAX_VALUE);
    }

    private static int maxBytesOf(PendingRecord record) {
        return BatchBuilder.maxRecordBytes(record.key(), record.value(), record.headers());
    }
}
