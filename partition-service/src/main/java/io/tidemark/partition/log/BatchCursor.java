package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Walks over the batch headers in a segment file, without reading or checking the records. */
final class BatchCursor {
    /** For one header. */
    static final int HEADER_BYTES = BatchHeader.SIZE_BYTES;

    /** Enough for the batches between two index entries of the usual interval. */
    static final int LOOKUP_BYTES = 4 << 10;

    /** For walks over a whole segment. */
    static final int WALK_BYTES = 64 << 10;

    private final DiskFile file;
    private final long end;
    private final ByteBuffer chunk;
    private long chunkPosition;
    private long next;
    private long position = -1;
    private int at;

    /**
     * @param from position of a batch
     * @param end no batch beyond it
     */
    BatchCursor(DiskFile file, long from, long end, int chunkBytes) {
        this.file = file;
        this.next = from;
        this.end = end;
        this.chunk = ByteBuffer.allocate(chunkBytes).limit(0);
    }

    /**
     * Moves to the next batch.
     *
     * @return false at the end, or where no header can be: then {@link #next} is short of the end
     */
    boolean advance() throws IOException {
        if (end - next < BatchHeader.SIZE_BYTES) {
            return false;
        }
        long in = next - chunkPosition;
        if (in < 0 || in + BatchHeader.SIZE_BYTES > chunk.limit()) {
            chunk.clear();
            int read = file.read(chunk, next);
            chunk.flip();
            chunkPosition = next;
            in = 0;
            if (read < BatchHeader.SIZE_BYTES) {
                return false;
            }
        }
        int header = (int) in;
        if (!plausible(chunk, header, end - next)) {
            return false;
        }
        at = header;
        position = next;
        next += BatchHeader.sizeBytes(chunk, header);
        return true;
    }

    /** Whether the header at {@code at} may be one of a batch of at most {@code maxBytes}. */
    static boolean plausible(ByteBuffer buffer, int at, long maxBytes) {
        int length = BatchHeader.length(buffer, at);
        return BatchHeader.magic(buffer, at) == BatchHeader.MAGIC_V2
                && length >= BatchHeader.SIZE_BYTES - BatchHeader.LENGTH_OVERHEAD
                && length <= maxBytes - BatchHeader.LENGTH_OVERHEAD
                && BatchHeader.baseOffset(buffer, at) >= 0
                && BatchHeader.lastOffsetDelta(buffer, at) >= 0;
    }

    /** Goes on elsewhere: {@link #advance} finds the batch there. */
    void jump(long to) {
        next = to;
    }

    /** Where the next batch is looked for. */
    long next() {
        return next;
    }

    /** Where the current batch begins. */
    long position() {
        return position;
    }

    /** Holds the current batch's header at {@link #at}. */
    ByteBuffer header() {
        return chunk;
    }

    int at() {
        return at;
    }

    long baseOffset() {
        return BatchHeader.baseOffset(chunk, at);
    }

    long lastOffset() {
        return BatchHeader.lastOffset(chunk, at);
    }

    int sizeBytes() {
        return BatchHeader.sizeBytes(chunk, at);
    }

    long maxTimestampMs() {
        return BatchHeader.maxTimestampMs(chunk, at);
    }
}
