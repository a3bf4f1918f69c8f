package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds the bytes to send. */
final class LogReader {
    private final LogState log;
    private final LogChecks checks;

    LogReader(LogState log, LogChecks checks) {
        this.log = log;
        this.checks = checks;
    }

    ReadOutcome read(long offset, long endOffset, int maxBytes, boolean wholeFirstBatch)
            throws IOException {
        if (offset < log.startOffset() || offset > log.endOffset()) {
            return new ReadOutcome.OutOfRange(log.startOffset(), log.endOffset());
        }
        if (offset >= Math.min(endOffset, log.endOffset())) {
            return new Nothing(log.segments.active().sizeBytes());
        }
        if (!log.quarantine.isEmpty() && log.quarantine.covering(offset) != null) {
            return corrupt(offset);
        }
        int index = log.segments.indexOf(offset);
        LogSegment segment = log.segments.get(index);
        int from = holding(segment, offset);
        if (from >= segment.sizeBytes() && index + 1 < log.segments.size()) {
            // Only where offsets are missing between two segments.
            segment = log.segments.get(index + 1);
            from = 0;
        }
        int to = position(segment, endOffset);
        to = log.quarantine.readableTo(segment.baseOffset(), from, to);
        ReadOutcome found = slice(segment, from, Math.max(from, to), maxBytes, wholeFirstBatch);
        return found == null ? corrupt(offset) : found;
    }

    /** Null where the first batch is damaged. */
    private @Nullable ReadOutcome slice(
            LogSegment segment, int from, int to, int maxBytes, boolean wholeFirstBatch)
            throws IOException {
        int available = to - from;
        int length = Math.min(available, maxBytes);
        if (wholeFirstBatch && length < available) {
            length = Math.min(available, Math.max(length, batchBytes(segment, from)));
        }
        int end = checks.checkedTo(segment, from, from + length);
        if (segment.file().size() < end) {
            throw new DamagedSegmentException(segment.baseOffset(), from);
        }
        boolean cut = end < from + length;
        return end == from && cut ? null : new Slice(segment.log().retain(), from, end - from, cut);
    }

    private static int batchBytes(LogSegment segment, int position) throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(BatchHeader.LENGTH_OVERHEAD);
        if (segment.file().read(prefix, position) < BatchHeader.LENGTH_OVERHEAD) {
            throw new DamagedSegmentException(segment.baseOffset(), position);
        }
        return Math.max(0, BatchHeader.sizeBytes(prefix, 0));
    }

    /** The position of the batch that holds {@code offset}; the end of a segment without it. */
    private int holding(LogSegment segment, long offset) throws IOException {
        int known = known(segment, offset);
        return known == RecentBatches.UNKNOWN ? log.search.holding(segment, offset) : known;
    }

    /** The position of the first batch that ends at or after {@code offset}. */
    private int position(LogSegment segment, long offset) throws IOException {
        int known = known(segment, offset);
        return known == RecentBatches.UNKNOWN ? log.search.position(segment, offset) : known;
    }

    private int known(LogSegment segment, long offset) {
        if (offset >= segment.endOffset()) {
            return segment.sizeBytes();
        }
        return segment == log.segments.active() ? log.recent.find(offset) : RecentBatches.UNKNOWN;
    }

    ReadOutcome corrupt(long offset) {
        Quarantine.Range range = log.quarantine.covering(offset);
        return new ReadOutcome.Corrupt(
                range == null ? offset : range.fromOffset(),
                log.quarantine.readableFrom(offset),
                "Offset %d of %s lies in a damaged place".formatted(offset, log.folder.name()));
    }

    /** The end of the log: no file is opened for it, and there may be none. */
    private record Nothing(long position) implements ReadOutcome.Bytes {
        @Override
        public DiskFile file() {
            throw new IllegalStateException("There is nothing to read");
        }

        @Override
        public int length() {
            return 0;
        }

        @Override
        public boolean cut() {
            return false;
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }

    /** A run of bytes in a segment's file, which it keeps open. */
    private record Slice(SharedFile shared, long position, int length, boolean cut)
            implements ReadOutcome.Bytes {
        @Override
        public DiskFile file() {
            return shared.file();
        }

        @Override
        public void release() {
            shared.release();
        }
    }
}
