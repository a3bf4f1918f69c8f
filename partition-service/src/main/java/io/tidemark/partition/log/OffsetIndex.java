package io.tidemark.partition.log;

import java.io.IOException;

/**
 * Where batches lie in a segment, about one every index.interval.bytes.
 *
 * <pre>
 *  .index, Kafka's format, big-endian
 *   0  4  last offset of a batch, relative to the segment's base offset; growing
 *   4  4  position of that batch in the .log file; growing
 * </pre>
 */
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;

    private final long baseOffset;
    private final IndexFile file;

    OffsetIndex(LogFolder folder, long baseOffset) {
        this.baseOffset = baseOffset;
        this.file =
                new IndexFile(
                        folder.disk(), folder.path(baseOffset, LogFolder.INDEX), Integer.BYTES);
    }

    void append(long batchLastOffset, int position) {
        file.append(batchLastOffset - baseOffset, position);
    }

    /** The last entry whose batch ends at or before {@code offset}; -1 where there is none. */
    int floor(long offset) throws IOException {
        return file.floor(offset - baseOffset);
    }

    long offset(int entry) throws IOException {
        return baseOffset + file.key(entry);
    }

    int position(int entry) throws IOException {
        return file.value(entry);
    }

    /** Forgets the batches that do not end before {@code endOffset}. */
    void truncateTo(long endOffset) throws IOException {
        file.truncate(floor(endOffset - 1) + 1);
    }

    IndexFile file() {
        return file;
    }
}
