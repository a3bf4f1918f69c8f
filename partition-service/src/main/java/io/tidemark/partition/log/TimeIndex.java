package io.tidemark.partition.log;

import java.io.IOException;

/**
 * The greatest timestamps of a segment so far, about one every index.interval.bytes, and a last one
 * when the segment is closed.
 *
 * <pre>
 *  .timeindex, Kafka's format, big-endian
 *   0  8  greatest timestamp of all batches up to here, ms; growing
 *   8  4  last offset of the batch that has it, relative to the segment's base offset
 * </pre>
 */
final class TimeIndex {
    static final int ENTRY_BYTES = 12;
    private static final long NONE = -1;

    private final long baseOffset;
    private final IndexFile file;

    TimeIndex(LogFolder folder, long baseOffset) {
        this.baseOffset = baseOffset;
        this.file =
                new IndexFile(
                        folder.disk(), folder.path(baseOffset, LogFolder.TIME_INDEX), Long.BYTES);
    }

    /** Appends where the timestamp is greater than all before. */
    void maybeAppend(long timestampMs, long offset) throws IOException {
        if (timestampMs > lastTimestampMs()) {
            file.append(timestampMs, (int) (offset - baseOffset));
        }
    }

    /** The last entry whose timestamp is at most {@code timestampMs}; -1 where there is none. */
    int floor(long timestampMs) throws IOException {
        return file.floor(timestampMs);
    }

    long timestampMs(int entry) throws IOException {
        return file.key(entry);
    }

    long offset(int entry) throws IOException {
        return baseOffset + file.value(entry);
    }

    /** -1 where there is no entry. */
    long lastTimestampMs() throws IOException {
        int entries = file.entries();
        return entries == 0 ? NONE : file.key(entries - 1);
    }

    /** Forgets entries whose batch does not end before {@code endOffset}. */
    void truncateTo(long endOffset) throws IOException {
        int keep = file.entries();
        while (keep > 0 && offset(keep - 1) >= endOffset) {
            keep--;
        }
        file.truncate(keep);
    }

    IndexFile file() {
        return file;
    }
}
