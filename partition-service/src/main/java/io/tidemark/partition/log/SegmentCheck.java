package io.tidemark.partition.log;

import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a segment whose bytes were durable, without reading all of it: the last index entry must
 * name a batch, and the headers from there must lead exactly to the end of the file. A file that
 * was cut, or an index that was, does not pass.
 */
final class SegmentCheck {
    /** An index that leaves more than this to walk over is taken for cut. */
    private static final int MAX_WALK_BYTES = 4 << 20;

    private final Quarantine quarantine;

    SegmentCheck(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /**
     * Takes the segment's end, and what its appends need, from its files.
     *
     * @param endOffset every batch must end before it
     * @return false where the files contradict each other: then all of it must be scanned
     */
    boolean open(LogSegment segment, long endOffset) throws IOException {
        long size = segment.file().size();
        OffsetIndex index = segment.offsetIndex();
        TimeIndex times = segment.timeIndex();
        if (!index.file().load() || !times.file().load() || size > Integer.MAX_VALUE) {
            return false;
        }
        int entries = index.file().entries();
        int from = entries == 0 ? 0 : index.position(entries - 1);
        long indexed = entries == 0 ? -1 : index.offset(entries - 1);
        // No entry names the first batch: one that does is a hole in the file.
        boolean outside = entries > 0 && (from <= 0 || from >= size);
        if (outside || size - from > MAX_WALK_BYTES) {
            return false;
        }
        Long end = walk(segment, from, size, indexed, endOffset);
        if (end == null) {
            return false;
        }
        segment.resume(size, end, (int) (size - from));
        return timesFit(segment, times);
    }

    /** The offset after the last batch; null where a header makes no sense. */
    private @Nullable Long walk(
            LogSegment segment, int from, long size, long indexed, long endOffset)
            throws IOException {
        BatchCursor cursor = new BatchCursor(segment.file(), from, size, BatchCursor.LOOKUP_BYTES);
        long expected = segment.baseOffset();
        boolean known = from == 0;
        while (cursor.next() < size) {
            Quarantine.Range bad = quarantine.beginningAt(segment.baseOffset(), cursor.next());
            if (bad != null && bad.toPosition() <= size) {
                expected = bad.toOffset();
                cursor.jump(bad.toPosition());
            } else if (!cursor.advance()
                    || cursor.lastOffset() >= endOffset
                    || (known
                            ? BatchHeader.baseOffset(cursor.header(), cursor.at()) != expected
                            : cursor.lastOffset() != indexed)) {
                return null;
            } else {
                expected = cursor.lastOffset() + 1;
            }
            known = true;
        }
        return expected;
    }

    private static boolean timesFit(LogSegment segment, TimeIndex times) throws IOException {
        int entries = times.file().entries();
        if (entries == 0) {
            return segment.sizeBytes() == 0;
        }
        long offset = times.offset(entries - 1);
        return offset >= segment.baseOffset() && offset < segment.endOffset();
    }
}
