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

    private final DiskFile file;
    private long end;
    private final long endOffset;
    private final LeaderEpochs epochs;
    private ByteBuffer buffer;
    private long bufferPosition;

    /**
     * @param end scans to this position of the file, or to its end where it is shorter
     * @param endOffset every batch must end before it
     * @param epochs as far as they are known
     */
    BatchScan(DiskFile file, long end, long endOffset, LeaderEpochs epochs) {
        this.file = file;
        this.end = end;
        this.endOffset = endOffset;
        this.epochs = epochs;
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
     * Goes from one good batch to the next. Each must begin with the offset after the one before,
     * and be of the leader epoch that is known of its offset: a batch's CRC covers neither.
     *
     * @param firstOffset what the first batch begins with
     * @return where the first bad one begins, or the one after the sink said to stop, or the end
     */
    long run(long from, long firstOffset, Sink sink) throws IOException {
        long position = from;
        long expected = firstOffset;
        while (position < end
                && goodBatch(position, expected)
                && isNext((int) (position - bufferPosition), expected)) {
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

    private boolean isNext(int at, long expected) {
        int known = epochs.epochOf(expected);
        return BatchHeader.baseOffset(buffer, at) == expected
                && (known == LeaderEpochs.NONE || known == BatchHeader.leaderEpoch(buffer, at));
    }

    /**
     * The first good batch that begins after {@code bad}, with offsets from {@code minOffset} on;
     * -1 where there is none.
     */
    long findGoodAfter(long bad, long minOffset) throws IOException {
        long position = bad + 1;
        while (position + BatchHeader.SIZE_BYTES <= end) {
            if (!load(position, BatchHeader.SIZE_BYTES)) {
                return -1;
            }
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
        if (remaining < BatchHeader.SIZE_BYTES || !load(position, BatchHeader.SIZE_BYTES)) {
            return false;
        }
        int at = (int) (position - bufferPosition);
        if (!BatchCursor.plausible(buffer, at, Math.min(remaining, MAX_BATCH_BYTES))) {
            return false;
        }
        if (BatchHeader.baseOffset(buffer, at) < minOffset
                || BatchHeader.lastOffset(buffer, at) >= endOffset) {
            return false;
        }
        if (!load(position, BatchHeader.sizeBytes(buffer, at))) {
            return false;
        }
        at = (int) (position - bufferPosition);
        return BatchCheck.check(buffer, at, BatchCheck.Depth.CRC, MAX_BATCH_BYTES)
                instanceof BatchCheck.Outcome.Valid;
    }

    /**
     * Makes {@code bytes} bytes at {@code position} available in the buffer. Returns false where
     * the file has become shorter: that is its end from now on.
     */
    private boolean load(long position, int bytes) throws IOException {
        if (position >= bufferPosition && position + bytes <= bufferPosition + buffer.limit()) {
            return true;
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
            end = Math.min(end, position + read);
        }
        return read >= bytes;
    }

    /** Whether the batch that begins there would end behind the end of the file. */
    boolean cutShort(long position) throws IOException {
        if (end - position < BatchHeader.SIZE_BYTES || !load(position, BatchHeader.SIZE_BYTES)) {
            return true;
        }
        int at = (int) (position - bufferPosition);
        return BatchCursor.plausible(buffer, at, Integer.MAX_VALUE)
                && BatchHeader.sizeBytes(buffer, at) > end - position;
    }

    /**
     * Whether a sector in a bad place reads as zeros: the sign of a write that did not reach the
     * disk before it lost power. What lies before the place is good, so its first sector may have
     * lost only the rest; every other is lost as a whole or not at all.
     *
     * @param from where the first bad batch begins
     * @param to where the next good batch begins, or the end
     * @param expectedOffset what the bad batch begins with, at least
     */
    boolean hasLostSector(long from, long to, long expectedOffset) throws IOException {
        long position = from;
        while (position < to) {
            long sectorEnd = position - position % SECTOR_BYTES + SECTOR_BYTES;
            long partEnd = Math.min(end, sectorEnd);
            int length = (int) (partEnd - position);
            if (!load(position, length)) {
                return false;
            }
            if (zeros((int) (position - bufferPosition), length)) {
                boolean telling =
                        position == from
                                ? !beginsWithZeros(expectedOffset, length)
                                : partEnd == sectorEnd || length > 1;
                if (telling) {
                    return true;
                }
            }
            position = partEnd;
        }
        return false;
    }

    /** Whether the first bytes of a batch with such an offset may be zeros. */
    private static boolean beginsWithZeros(long offset, int length) {
        if (length < Long.BYTES) {
            return offset >>> (Long.SIZE - length * Byte.SIZE) == 0;
        }
        // The batch's length follows, which is not 0.
        return offset == 0 && length < BatchHeader.LENGTH_OVERHEAD;
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
