package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.protocol.record.RecordHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to a partition.
 *
 * @param index its place in its delivery
 * @param deadlineNanos of the monotonic clock; afterwards its outcome is an error
 */
record PendingRecord(
        ParsedRecord record, long timestampMs, Delivery delivery, int index, long deadlineNanos) {

    @Nullable ByteBuf key() {
        return record.key();
    }

    @Nullable ByteBuf value() {
        return record.value();
    }

    List<RecordHeader> headers() {
        return record.headers();
    }
}
