package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the records of fetched bytes. Batches are decompressed one at a time, within a
 * bound; control batches are passed over, and so is a batch cut off at the end, as brokers may send
 * it. The CRC of each batch is checked before its first record: brokers send what lies on disk as
 * it is, so what changed there shows only here. One thread at a time.
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
    private final ByteBuffer batches;
    private final int limit;
    private final int maxDecompressedBytes;
    private final long maxTotalBytes;
    private final RecordCursor uncompressed;
    private final long fromOffset;

    private int batchPosition;
    private boolean inBatch;
    private int nextBatchPosition;
    private RecordCursor cursor;
    private int recordPosition;
    private int recordsEnd;
    private int recordsLeft;
    private long nextOffset;
    private long totalBytes;
    private @Nullable ByteBuf decompressed;
    private @Nullable String corruption;
    private boolean tooLarge;

    /**
     * @param records whole batches from position to limit, the last perhaps cut off; not changed
     * @param fromOffset records before it are passed over
     * @param maxDecompressedBytes a batch that decompresses to more is not read: {@link #tooLarge}
     */
    public RecordReader(ByteBuffer records, long fromOffset, int maxDecompressedBytes) {
        this(records, fromOffset, maxDecompressedBytes, Long.MAX_VALUE);
    }

    /**
     * As above, for a reader whose records are held together.
     *
     * @param maxTotalBytes all compressed batches together decompress to no more: the reader ends
     *     before the batch that would, as though the bytes did, and {@link #nextOffset} is where to
     *     go on; its first one only has its own bound
     */
    public RecordReader(
            ByteBuffer records, long fromOffset, int maxDecompressedBytes, long maxTotalBytes) {
        this.batches = records;
        this.limit = records.limit();
        this.nextBatchPosition = records.position();
        this.fromOffset = fromOffset;
        this.nextOffset = fromOffset;
        this.maxDecompressedBytes = maxDecompressedBytes;
        this.maxTotalBytes = maxTotalBytes;
        this.uncompressed = new RecordCursor(records);
        this.cursor = uncompressed;
    }

    /**
     * Moves to the next record.
     *
     * @return false at the end, or where bytes make no sense or are too many: see {@link
     *     #corruption()}
     */
    public boolean next() {
        while (corruption == null) {
            if (recordsLeft == 0) {
                if (!nextBatch()) {
                    return false;
                }
            } else if (nextRecord() && offset() >= fromOffset) {
                nextOffset = offset() + 1;
                return true;
            }
        }
        return false;
    }

    private boolean nextRecord() {
        String problem = cursor.read(recordPosition, recordsEnd);
        if (problem != null) {
            return stop("record: " + problem);
        }
        if (cursor.offsetDelta < 0
                || cursor.offsetDelta > BatchHeader.lastOffsetDelta(batches, batchPosition)) {
            return stop("record: its offset is not the batch's");
        }
        recordPosition = cursor.end;
        recordsLeft--;
        return true;
    }

    /**
     * Leaves the current batch and enters the next one, or passes over it.
     *
     * @return false where there is none
     */
    private boolean nextBatch() {
        if (inBatch) {
            nextOffset = Math.max(nextOffset, BatchHeader.lastOffset(batches, batchPosition) + 1);
            inBatch = false;
        }
        int available = limit - nextBatchPosition;
        if (available < BatchHeader.SIZE_BYTES) {
            return false;
        }
        batchPosition = nextBatchPosition;
        int length = BatchHeader.length(batches, batchPosition);
        if (length < BatchHeader.SIZE_BYTES - BatchHeader.LENGTH_OVERHEAD
                || BatchHeader.magic(batches, batchPosition) != BatchHeader.MAGIC_V2) {
            return stop("not of format v2");
        }
        if (length > available - BatchHeader.LENGTH_OVERHEAD) {
            return false;
        }
        if (BatchHeader.lastOffsetDelta(batches, batchPosition) < 0
                || BatchHeader.recordCount(batches, batchPosition) < 0) {
            return stop("negative counts");
        }
        nextBatchPosition = batchPosition + length + BatchHeader.LENGTH_OVERHEAD;
        boolean passedOver =
                BatchHeader.isControl(batches, batchPosition)
                        || BatchHeader.lastOffset(batches, batchPosition) < fromOffset;
        inBatch = passedOver || enterBatch();
        return inBatch;
    }

    private boolean enterBatch() {
        releaseDecompressed();
        if (BatchHeader.computeCrc(batches, batchPosition)
                != BatchHeader.crc(batches, batchPosition)) {
            return stop("its CRC does not match: it was damaged");
        }
        Compression compression = Compression.of(BatchHeader.compressionId(batches, batchPosition));
        int from = batchPosition + BatchHeader.SIZE_BYTES;
        if (compression == null) {
            return stop("unknown compression");
        }
        if (compression == Compression.NONE) {
            cursor = uncompressed;
            recordPosition = from;
            recordsEnd = nextBatchPosition;
        } else {
            if (!decompress(compression, batches.slice(from, nextBatchPosition - from))) {
                return false;
            }
        }
        recordsLeft = BatchHeader.recordCount(batches, batchPosition);
        return true;
    }

    private boolean decompress(Compression compression, ByteBuffer compressed) {
        long left = totalBytes == 0 ? Long.MAX_VALUE : maxTotalBytes - totalBytes;
        int bound = (int) Math.clamp(left, 0, maxDecompressedBytes);
        switch (Decompression.decompress(compression, compressed, bound)) {
            case Decompression.Outcome.TooLarge large -> {
                if (bound < maxDecompressedBytes) {
                    nextBatchPosition = limit; // for a reader of its own
                    return false;
                }
                tooLarge = true;
                return stop(large.message());
            }
            case Decompression.Outcome.Failed failed -> {
                return stop(failed.message());
            }
            case Decompression.Outcome.Done done -> {
                totalBytes += done.records().readableBytes();
                decompressed = done.records();
                cursor = new RecordCursor(done.records().nioBuffer());
                recordPosition = 0;
                recordsEnd = done.records().readableBytes();
                return true;
            }
        }
    }

    private boolean stop(String problem) {
        corruption = "batch at byte " + (batchPosition - batches.position()) + ": " + problem;
        return false;
    }

    /** What was wrong where {@link #next()} stopped early; null where all was well. */
    public @Nullable String corruption() {
        return corruption;
    }

    /**
     * Whether {@link #next()} stopped at a batch that decompresses to more than is allowed, but is
     * whole as far as its CRC tells.
     */
    public boolean tooLarge() {
        return tooLarge;
    }

    /**
     * Passes over the batch that is {@link #tooLarge}: {@link #next()} goes on behind it, and
     * {@link #nextOffset()} is behind it.
     */
    public void passOver() {
        if (!tooLarge) {
            throw new IllegalStateException("only what is too large can be passed over");
        }
        tooLarge = false;
        corruption = null;
        nextOffset = Math.max(nextOffset, BatchHeader.lastOffset(batches, batchPosition) + 1);
    }

    /**
     * The offset to fetch from next: after the last record returned, or after everything that was
     * passed over once {@link #next()} has returned false.
     */
    public long nextOffset() {
        return nextOffset;
    }

    public long offset() {
        return BatchHeader.baseOffset(batches, batchPosition) + cursor.offsetDelta;
    }

    /** Milliseconds since the epoch; -1 none. */
    public long timestampMs() {
        return BatchHeader.isLogAppendTime(batches, batchPosition)
                ? BatchHeader.maxTimestampMs(batches, batchPosition)
                : BatchHeader.baseTimestampMs(batches, batchPosition) + cursor.timestampDelta;
    }

    /**
     * A slice, of the bytes given where they are not compressed; else valid until the next batch is
     * entered or the reader is closed. Null where the record has no key.
     */
    public @Nullable ByteBuffer key() {
        return cursor.key();
    }

    /** As {@link #key()}; null for a tombstone. */
    public @Nullable ByteBuffer value() {
        return cursor.value();
    }

    /** The record's headers; their values are slices like {@link #key()}. */
    public List<RecordHeader> headers() {
        if (cursor.headerCount == 0) {
            return List.of();
        }
        List<RecordHeader> headers = new ArrayList<>(cursor.headerCount);
        int at = cursor.headersPosition;
        for (int i = 0; i < cursor.headerCount; i++) {
            headers.add(cursor.header(at));
            at = cursor.headerEnd;
        }
        return headers;
    }

    /** The leader epoch of the record's batch; -1 unknown. */
    public int leaderEpoch() {
        return BatchHeader.leaderEpoch(batches, batchPosition);
    }

    /** Gives back the buffer of the current batch. */
    @Override
    public void close() {
        recordsLeft = 0;
        nextBatchPosition = limit;
        releaseDecompressed();
    }

    private void releaseDecompressed() {
        if (decompressed != null) {
            decompressed.release();
            decompressed = null;
        }
    }
}
