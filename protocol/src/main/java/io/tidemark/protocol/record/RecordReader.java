package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the records of fetched bytes. Batches are decompressed one at a time, within a
 * bound; control batches are passed over, and so is a batch cut off at the end, as brokers may send
 * it. One thread at a time.
 *
 * <pre>{@code
 * try (var reader = new RecordReader(bytes, fromOffset, 64 << 20)) {
 *     while (reader.next()) {
 *         use(reader.offset(), reader.key(), reader.value());
 *     }
 *     position = reader.nextOffset();
 * }
 * }</pre>
 */
public final class RecordReader implements AutoCloseable {

    /**
     * @param records whole batches from position to limit, the last perhaps cut off; not changed
     * @param fromOffset records before it are passed over
     * @param maxDecompressedBytes a batch that decompresses to more is corrupt
     */
    public RecordReader(ByteBuffer records, long fromOffset, int maxDecompressedBytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Moves to the next record.
     *
     * @return false at the end, or where bytes make no sense: see {@link #corruption()}
     */
    public boolean next() {
        throw new UnsupportedOperationException();
    }

    /** What was wrong where {@link #next()} stopped early; null where all was well. */
    public @Nullable String corruption() {
        throw new UnsupportedOperationException();
    }

    /**
     * The offset to fetch from next: after the last record returned, or after everything that was
     * passed over once {@link #next()} has returned false.
     */
    public long nextOffset() {
        throw new UnsupportedOperationException();
    }

    public long offset() {
        throw new UnsupportedOperationException();
    }

    /** Milliseconds since the epoch; -1 none. */
    public long timestampMs() {
        throw new UnsupportedOperationException();
    }

    /**
     * A slice, of the bytes given where they are not compressed; else valid until the next batch is
     * entered or the reader is closed. Null where the record has no key.
     */
    public @Nullable ByteBuffer key() {
        throw new UnsupportedOperationException();
    }

    /** As {@link #key()}; null for a tombstone. */
    public @Nullable ByteBuffer value() {
        throw new UnsupportedOperationException();
    }

    /** The record's headers; their values are slices like {@link #key()}. */
    public List<RecordHeader> headers() {
        throw new UnsupportedOperationException();
    }

    /** The leader epoch of the record's batch; -1 unknown. */
    public int leaderEpoch() {
        throw new UnsupportedOperationException();
    }

    /** Gives back the buffer of the current batch. */
    @Override
    public void close() {}
}
