package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one batch straight into a pooled direct buffer. Offsets in it start at 0; the leader
 * assigns the real ones. One thread at a time; ends with {@link #build} or {@link #discard}.
 */
public final class BatchBuilder {

    /**
     * @param initialBytes room for this many bytes is made at once; it grows where needed
     */
    public BatchBuilder(ByteBufAllocator allocator, Compression compression, int initialBytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends a record, copying the readable bytes of key and value without consuming them.
     *
     * @param timestampMs milliseconds since the epoch, at least 0
     * @param key null where it has none
     * @param value null for a tombstone
     * @return the record's index in the batch, from 0
     */
    public int append(
            long timestampMs,
            @Nullable ByteBuf key,
            @Nullable ByteBuf value,
            List<RecordHeader> headers) {
        throw new UnsupportedOperationException();
    }

    /** Records so far. */
    public int recordCount() {
        throw new UnsupportedOperationException();
    }

    /** Bytes so far, uncompressed, header included. */
    public int sizeBytes() {
        throw new UnsupportedOperationException();
    }

    /** An upper bound of the bytes that a record adds. */
    public static int maxRecordBytes(
            @Nullable ByteBuf key, @Nullable ByteBuf value, List<RecordHeader> headers) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends the batch, which has at least one record. Use {@link BatchHeader#NO_PRODUCER_ID}, {@link
     * BatchHeader#NO_PRODUCER_EPOCH} and {@link BatchHeader#NO_SEQUENCE} where it is not
     * idempotent.
     *
     * @return the batch; the caller releases it
     */
    public ByteBuf build(long producerId, short producerEpoch, int baseSequence) {
        throw new UnsupportedOperationException();
    }

    /** Gives back the buffer of a batch that will not be built. */
    public void discard() {}
}
