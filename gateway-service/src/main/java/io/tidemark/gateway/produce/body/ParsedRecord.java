package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.tidemark.protocol.record.RecordHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as a client gave it. Its buffers are on the heap and need no release.
 *
 * @param partition {@link #ANY_PARTITION} where none was asked for
 * @param timestampMs {@link #NOW} where none was given
 * @param key null where it has none
 * @param value null for a tombstone
 */
public record ParsedRecord(
        int partition,
        long timestampMs,
        @Nullable ByteBuf key,
        @Nullable ByteBuf value,
        List<RecordHeader> headers) {

    public static final int ANY_PARTITION = -1;
    public static final long NOW = -1;

    /** Bytes of key, value and headers. */
    public int sizeBytes() {
        int size = key == null ? 0 : key.readableBytes();
        size += value == null ? 0 : value.readableBytes();
        for (RecordHeader header : headers) {
            size += header.name().length();
            size += header.value() == null ? 0 : header.value().remaining();
        }
        return size;
    }
}
