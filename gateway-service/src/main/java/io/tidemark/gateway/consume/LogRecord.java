package io.tidemark.gateway.consume;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stands in the log. Its arrays are shared, never written to.
 *
 * @param timestampMs since the epoch; -1 where the record has none
 * @param sizeBytes of key, value and headers together: what it counts for in budgets
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        int partition,
        long offset,
        long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        int sizeBytes) {

    /** A header. The same name may come several times. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Header(String name, byte @Nullable [] value) {}
}
