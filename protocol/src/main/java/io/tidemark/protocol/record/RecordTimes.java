package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Offsets and timestamps of the records of one stored batch. Of what the records carry no more is
 * inflated than lies before the last one asked for, and no more than a few kilobytes are held. One
 * thread.
 */
public final class RecordTimes implements AutoCloseable {
    private final ByteBuffer batch;
    private final int end;
    private final @Nullable RecordStream stream;
    private final RecordCursor cursor;
    private int position;
    private int left;
    private long timestampDelta;
    private int offsetDelta;

    /**
     * @param batch one whole batch, from position to limit; not changed
     * @param maxDecompressedBytes records behind so many bytes are not read
     */
    public RecordTimes(ByteBuffer batch, int maxDecompressedBytes) {
        this.batch = batch.slice();
        this.end = this.batch.limit();
        this.cursor = new RecordCursor(this.batch);
        this.position = BatchHeader.SIZE_BYTES;
        boolean readable =
                !BatchHeader.isControl(this.batch, 0)
                        && BatchHeader.computeCrc(this.batch, 0) == BatchHeader.crc(this.batch, 0);
        this.left = readable ? BatchHeader.recordCount(this.batch, 0) : 0;
        Compression compression =
                Objects.requireNonNullElse(
                        Compression.of(BatchHeader.compressionId(this.batch, 0)), Compression.NONE);
        this.stream =
                compression == Compression.NONE
                        ? null
                        : new RecordStream(
                                compression,
                                this.batch.slice(position, end - position),
                                maxDecompressedBytes);
    }

    /** Moves to the next record; false at the end, and where bytes make no sense. */
    public boolean next() {
        if (left == 0) {
            return false;
        }
        left--;
        String problem;
        if (stream == null) {
            problem = cursor.read(position, end);
            position = cursor.end;
            timestampDelta = cursor.timestampDelta;
            offsetDelta = cursor.offsetDelta;
        } else {
            problem = stream.readTimes();
            timestampDelta = stream.timestampDelta;
            offsetDelta = stream.offsetDelta;
        }
        if (problem != null) {
            left = 0;
        }
        return problem == null;
    }

    public long offset() {
        return BatchHeader.baseOffset(batch, 0) + offsetDelta;
    }

    /** Milliseconds since the epoch; -1 none. */
    public long timestampMs() {
        return BatchHeader.isLogAppendTime(batch, 0)
                ? BatchHeader.maxTimestampMs(batch, 0)
                : BatchHeader.baseTimestampMs(batch, 0) + timestampDelta;
    }

    /** The leader epoch of the batch; -1 unknown. */
    public int leaderEpoch() {
        return BatchHeader.leaderEpoch(batch, 0);
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
    }
}
