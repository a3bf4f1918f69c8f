package io.tidemark.gateway.consume;

import io.tidemark.gateway.limit.ReadBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stands in the log. Its arrays are shared, never written to.
 *
 * @param timestampMs since the epoch; -1 where the record has none
 * @param sizeBytes of key, value and headers together: what it counts for in budgets
 * @param unreadable why there is neither key nor value; null for a record that was read
 * @param lease of a large record, closed when it is dropped; null for all others
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        int partition,
        long offset,
        long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        int sizeBytes,
        @Nullable Unreadable unreadable,
        ReadBudget.@Nullable Lease lease) {

    /** A record of common size. */
    public LogRecord(
            int partition,
            long offset,
            long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers,
            int sizeBytes) {
        this(partition, offset, timestampMs, key, value, headers, sizeBytes, null, null);
    }

    /** A header. The same name may come several times. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Header(String name, byte @Nullable [] value) {}

    /** In place of what cannot be read, from {@code offset} on. */
    static LogRecord unreadable(int partition, long offset, Unreadable why) {
        return new LogRecord(partition, offset, -1, null, null, List.of(), 0, why, null);
    }

    /** Where to read on after it. */
    public long nextOffset() {
        return unreadable == null ? offset + 1 : unreadable.nextOffset();
    }

    /** Whether it is so large that it is counted on its own. */
    public boolean large() {
        return lease != null;
    }

    /** It is dropped: gives back what a large one holds. A second time does nothing. */
    public void release() {
        if (lease != null) {
            lease.close();
        }
    }

    /** Drops all of them. */
    public static void releaseAll(List<LogRecord> records) {
        records.forEach(LogRecord::release);
    }
}
