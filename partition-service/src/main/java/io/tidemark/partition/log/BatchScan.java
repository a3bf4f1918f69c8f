package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a segment file whole and checks every batch: its structure, its CRC, and that its offsets
 * lie where they may. After a bad place it can look for the next good batch.
 */
final class BatchScan {
    private static final int FIRST_BUFFER_BYTES = 256 << 10;

    /** No batch is larger: frames are far smaller. What claims to be is taken for damage. */
    private static final int MAX_BATCH_BYTES = 128 << 20;

    /** What a disk loses, it loses in whole sectors, and they read as zeros. */
    static final int SECTOR_BYTES = 512;

    /** Fewer zeros than this at the edge of a sector may be there by chance. */
    private static final int MIN_ZEROS = 16;

    private final DiskFile file;
    private final long end;
    private final long endOffset;
    private ByteBuffer buffer;
    private long bufferPosition;

    /**
     * @param end scans to this position of the file
     * @param endOffset every batch must end before it
     */
    BatchScan(DiskFile file, long end, long endOffset) {
        this.file = file;
        this.end = end;
        this.endOffset = endOffset;
        this.buffer =
                ByteBuffer.allocate((int) Math.max(1, Math.min(FIRST_BUFFER_BYTES, end))).limit(0);
    }

    /** Told of every good batch; the buffer is only lent. */
    @FunctionalInterface
    interface Sink {
        /** Returns whether to go on. */
        boolean accept(ByteBuffer buffer, int at, long position) throws IOException;
    }

    /**
     * Goes from one good batch to the next.
     *
     * @param minOffset the first batch must not begin before it
     * @return where the first bad one begins, or the one after the sink said to stop, or the end
     */
    long run(long from, long minOffset, Sink sink) throws IOException {
        long position = from;
        long expected = minOffset;
        while (position < end && goodBatch(position, expected)) {
            int at = (int) (position - bufferPosition);
            expected = BatchHeader.lastOffset(buffer, at) + 1;
            int bytes = BatchHeader.sizeBytes(buffer, at);
            boolean more = sink.accept(buffer, at, position);
            position += bytes;
            if (!more) {
                break;
            }
        }
        return position;
    }

    /**
     * The first good batch that begins after {@code bad}, with offsets from {@code minOffset} on;
     * -1 where there is none.
     */
    long findGoodAfter(long bad, long minOffset) throws IOException {
        long position = bad + 1;
        while (position + BatchHeader.SIZE_BYTES <= end) {
            load(position, BatchHeader.SIZE_BYTES);
            int at = (int) (position - bufferPosition);
            int last = buffer.limit() - BatchHeader.SIZE_BYTES;
            while (at <= last && !candidate(at, minOffset)) {
                at++;
            }
            position = bufferPosition + at;
            if (at <= last) {
                if (goodBatch(position, minOffset)) {
                    return position;
                }
                position++;
            }
        }
        return -1;
    }

    private boolean candidate(int at, long minOffset) {
        return buffer.get(at + BatchHeader.MAGIC) == BatchHeader.MAGIC_V2
                && BatchCursor.plausible(buffer, at, end - (bufferPosition + at))
                && BatchHeader.baseOffset(buffer, at) >= minOffset
                && BatchHeader.lastOffset(buffer, at) < endOffset;
    }

    private boolean goodBatch(long position, long minOffset) throws IOException {
        long remaining = end - position;
        if (remaining < BatchHeader.SIZE_BYTES) {
            return false;
        }
        load(position, BatchHeader.SIZE_BYTES);
        int at = (int) (position - bufferPosition);
        if (!BatchCursor.plausible(buffer, at, Math.min(remaining, MAX_BATCH_BYTES))) {
            return false;
        }
        if (BatchHeader.baseOffset(buffer, at) < minOffset
                || BatchHeader.lastOffset(buffer, at) >= endOffset) {
            return false;
        }
        load(position, BatchHeader.sizeBytes(buffer, at));
        at = (int) (position - bufferPosition);
        return BatchCheck.check(buffer, at, BatchCheck.Depth.CRC, MAX_BATCH_BYTES)
                instanceof BatchCheck.Outcome.Valid;
    }

    /** Makes {@code bytes} bytes at {@code position} available in the buffer. */
    private void load(long position, int bytes) throws IOException {
        if (position >= bufferPosition && position + bytes <= bufferPosition + buffer.limit()) {
            return;
        }
        if (bytes > buffer.capacity()) {
            buffer = ByteBuffer.allocate(bytes);
        }
        buffer.clear();
        buffer.limit((int) Math.min(buffer.capacity(), end - position));
        int read = file.read(buffer, position);
        buffer.flip();
        bufferPosition = position;
        if (read < bytes) {
            throw new IOException("The file is shorter than it said: " + (position + read));
        }
    }

    /** Whether the batch that begins there would end behind the end of the file. */
    boolean cutShort(long position) throws IOException {
        if (end - position < BatchHeader.SIZE_BYTES) {
            return true;
        }
        load(position, BatchHeader.SIZE_BYTES);
        int at = (int) (position - bufferPosition);
        return BatchCursor.plausible(buffer, at, Integer.MAX_VALUE)
                && BatchHeader.sizeBytes(buffer, at) > end - position;
    }

    /**
     * Whether a sector between two positions reads as zeros, or the rest of one at either edge: the
     * sign of a write that did not reach the disk before it lost power.
     */
    boolean hasLostSector(long from, long to) throws IOException {
        long position = from;
        while (position < to) {
            long sectorEnd = Math.min(to, position - position % SECTOR_BYTES + SECTOR_BYTES);
            int length = (int) (sectorEnd - position);
            load(position, length);
            if (length >= MIN_ZEROS && zeros((int) (position - bufferPosition), length)) {
                return true;
            }
            position = sectorEnd;
        }
        return false;
    }

    private boolean zeros(int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
