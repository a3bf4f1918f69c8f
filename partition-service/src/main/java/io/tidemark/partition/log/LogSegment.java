package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A run of a log: batches one after the other in a {@code .log} file that is named by its first
 * offset, and two sparse indexes over them. Only the last segment of a log is written to. Files are
 * opened when they are first needed.
 */
final class LogSegment {
    static final long NO_TIMESTAMP = -1;
    private static final int REWRITE_BYTES = 256 << 10;

    private final LogFolder folder;
    private final long baseOffset;
    private final long createdMs;
    private final OffsetIndex offsetIndex;
    private final TimeIndex timeIndex;
    private final CheckedBytes checked = new CheckedBytes();
    private @Nullable SharedFile log;
    private boolean made = true;
    private int sizeBytes;
    private long endOffset;
    private long firstTimestampMs = NO_TIMESTAMP;
    private long maxTimestampMs = NO_TIMESTAMP;
    private long maxTimestampOffset;
    private int bytesSinceIndexEntry;

    /**
     * @param nowMs counts as the time it was created, where no record tells
     */
    LogSegment(LogFolder folder, long baseOffset, long nowMs) {
        this.folder = folder;
        this.baseOffset = baseOffset;
        this.createdMs = nowMs;
        this.offsetIndex = new OffsetIndex(folder, baseOffset);
        this.timeIndex = new TimeIndex(folder, baseOffset);
        this.endOffset = baseOffset;
        this.maxTimestampOffset = baseOffset;
    }

    /** One without files, which {@link #create} makes before anything is written to it. */
    static LogSegment unmade(LogFolder folder, long baseOffset, long nowMs) {
        LogSegment segment = new LogSegment(folder, baseOffset, nowMs);
        segment.made = false;
        return segment;
    }

    /** Whether it has files. */
    boolean made() {
        return made;
    }

    /**
     * Makes its three files, and leaves them closed: a node may have more partitions than it may
     * have open files. On failure none may be relied on.
     */
    void create() throws IOException {
        boolean before = made;
        made = true;
        try {
            log().file().truncate(0);
            offsetIndex.file().create();
            timeIndex.file().create();
        } catch (IOException e) {
            made = before;
            throw e;
        }
        closeFiles();
    }

    /** The records' file, which this segment keeps a reference to. */
    SharedFile log() throws IOException {
        if (!made) {
            throw new IllegalStateException(
                    "%s has no files at %d yet".formatted(folder.name(), baseOffset));
        }
        if (log == null) {
            log = SharedFile.open(folder.disk(), folder.path(baseOffset, LogFolder.LOG));
        }
        return log;
    }

    DiskFile file() throws IOException {
        return log().file();
    }

    /**
     * Makes the file that has the segment's name the one that is used, whatever has become of the
     * one that was opened, and cuts off what it has more than this segment wrote. Returns whether
     * another file was in use.
     */
    boolean takeWhatIsThere() throws IOException {
        if (!made) {
            return false;
        }
        boolean other = log != null && !log.hasItsName();
        if (other) {
            closeFiles();
            checked.clear();
        }
        file().truncate(sizeBytes);
        return other;
    }

    /** Whether the file has not the bytes that this segment wrote, or more. */
    boolean sizeIsOther() throws IOException {
        return file().size() != sizeBytes;
    }

    /** Which bytes need no look at their CRCs. */
    CheckedBytes checked() {
        return checked;
    }

    /**
     * Writes batches at the end; {@link #added} must be called for each then.
     *
     * @throws IOException where they could not be written; the file is then as it was, or cutting
     *     it failed as well and that is suppressed in the exception
     */
    void write(ByteBuffer records) throws IOException {
        int start = records.position();
        try {
            file().write(records, sizeBytes);
        } catch (IOException e) {
            try {
                file().truncate(sizeBytes);
            } catch (IOException cut) {
                e.addSuppressed(cut);
            }
            throw e;
        } finally {
            records.position(start);
        }
    }

    /** Takes a batch into account that lies at the end of the file as known so far. */
    void added(ByteBuffer buffer, int at, int indexIntervalBytes) throws IOException {
        long lastOffset = BatchHeader.lastOffset(buffer, at);
        long timestampMs = BatchHeader.maxTimestampMs(buffer, at);
        int bytes = BatchHeader.sizeBytes(buffer, at);
        if (sizeBytes == 0) {
            firstTimestampMs = timestampMs;
        }
        if (timestampMs > maxTimestampMs) {
            maxTimestampMs = timestampMs;
            maxTimestampOffset = lastOffset;
        }
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            offsetIndex.append(lastOffset, sizeBytes);
            timeIndex.maybeAppend(maxTimestampMs, maxTimestampOffset);
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += bytes;
        sizeBytes += bytes;
        endOffset = lastOffset + 1;
    }

    /** Passes over bytes that are not served. */
    void skipTo(long position, long nextOffset) {
        sizeBytes = Math.toIntExact(position);
        endOffset = Math.max(endOffset, nextOffset);
    }

    /** Takes what a walk over headers found, where the files are trusted. */
    void resume(long position, long endOffset, int bytesSinceIndexEntry) throws IOException {
        this.sizeBytes = Math.toIntExact(position);
        this.endOffset = endOffset;
        this.bytesSinceIndexEntry = bytesSinceIndexEntry;
        int entries = timeIndex.file().entries();
        if (entries > 0) {
            maxTimestampMs = timeIndex.timestampMs(entries - 1);
            maxTimestampOffset = timeIndex.offset(entries - 1);
        }
    }

    /** Begins anew, to be rebuilt by {@link #added} and ended by {@link #rebuilt}. */
    void rebuild() throws IOException {
        offsetIndex.file().beginAnew();
        timeIndex.file().beginAnew();
        sizeBytes = 0;
        endOffset = baseOffset;
        firstTimestampMs = NO_TIMESTAMP;
        maxTimestampMs = NO_TIMESTAMP;
        maxTimestampOffset = baseOffset;
        bytesSinceIndexEntry = 0;
        checked.clear();
    }

    /** Completes the indexes and puts them in place. */
    void rebuilt() throws IOException {
        timeIndex.maybeAppend(maxTimestampMs, maxTimestampOffset);
        offsetIndex.file().publish();
        timeIndex.file().publish();
    }

    /** Writes index entries that wait in the heap, where there are many. */
    void flushIndexesIfFull() throws IOException {
        if (offsetIndex.file().wantsFlush()) {
            flushIndexes();
        }
    }

    void flushIndexes() throws IOException {
        offsetIndex.file().flush();
        timeIndex.file().flush();
    }

    /** Completes the time index, as for a segment that is not written to any more. */
    void seal() throws IOException {
        timeIndex.maybeAppend(maxTimestampMs, maxTimestampOffset);
        flushIndexes();
    }

    /** Writes the bytes from a position on over themselves, so that the next sync writes them. */
    void rewriteFrom(long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(REWRITE_BYTES);
        for (long position = from; position < sizeBytes; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(REWRITE_BYTES, sizeBytes - position));
            file().read(buffer, position);
            file().write(buffer.flip(), position);
        }
    }

    /** Makes everything durable, but for the names. */
    void force() throws IOException {
        file().force();
        offsetIndex.file().file().file().force();
        timeIndex.file().file().file().force();
    }

    /** Whether the indexes have room for another batch. */
    boolean indexFull(int indexSizeBytes) {
        return offsetIndex.file().entries() >= indexSizeBytes / OffsetIndex.ENTRY_BYTES
                || timeIndex.file().entries() >= indexSizeBytes / TimeIndex.ENTRY_BYTES - 1;
    }

    /** What the age of the segment counts from, ms; its first record's time where it has one. */
    long firstTimestampMs() throws IOException {
        if (firstTimestampMs == NO_TIMESTAMP && sizeBytes > 0) {
            BatchCursor cursor = new BatchCursor(file(), 0, sizeBytes, BatchHeader.SIZE_BYTES);
            if (cursor.advance()) {
                firstTimestampMs = cursor.maxTimestampMs();
            }
        }
        return firstTimestampMs;
    }

    /** Closes the indexes, which are opened again when needed. */
    void closeIndexes() {
        offsetIndex.file().close();
        timeIndex.file().close();
    }

    void closeFiles() {
        closeIndexes();
        if (log != null) {
            log.release();
            log = null;
        }
    }

    OffsetIndex offsetIndex() {
        return offsetIndex;
    }

    TimeIndex timeIndex() {
        return timeIndex;
    }

    long baseOffset() {
        return baseOffset;
    }

    /** The offset after its last record. */
    long endOffset() {
        return endOffset;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    long createdMs() {
        return createdMs;
    }

    /** -1 where no record has a timestamp. */
    long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** The last offset of the batch with the greatest timestamp. */
    long maxTimestampOffset() {
        return maxTimestampOffset;
    }
}
