package io.tidemark.partition.log;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds batches in a segment by index and headers, passing over what is quarantined. */
final class SegmentSearch {
    private final Quarantine quarantine;
    private @Nullable LogSegment suspect;

    SegmentSearch(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /** Sees one batch after the other. */
    @FunctionalInterface
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(BatchCursor batch) throws IOException;
    }

    /**
     * The position of the first batch that ends at or after {@code offset}; the segment's size
     * where there is none.
     *
     * @throws DamagedSegmentException where a header that must be there makes no sense
     */
    int position(LogSegment segment, long offset) throws IOException {
        return position(segment, offset, false);
    }

    /**
     * The position of the batch that holds {@code offset}, which must not be quarantined; the
     * segment's size where it ends before. Offsets have no gaps: where they seem to, a bit of a
     * header has changed, and a reader must not be led past its records.
     *
     * @throws DamagedSegmentException as above, and where no batch holds the offset
     */
    int holding(LogSegment segment, long offset) throws IOException {
        return position(segment, offset, true);
    }

    private int position(LogSegment segment, long offset, boolean held) throws IOException {
        if (offset <= segment.baseOffset()) {
            return quarantine.isEmpty() ? 0 : walkTo(segment, 0, offset, held);
        }
        if (offset >= segment.endOffset()) {
            return segment.sizeBytes();
        }
        OffsetIndex index = segment.offsetIndex();
        int entry = index.floor(offset);
        if (entry < 0) {
            return walkTo(segment, 0, offset, held);
        }
        int indexed = index.position(entry);
        // The entry must name a batch: an index that was damaged must not lead astray.
        if (indexed >= 0
                && indexed < segment.sizeBytes()
                && endsAt(segment, indexed, index.offset(entry))) {
            return walkTo(segment, indexed, offset, held);
        }
        suspectIndexOf(segment);
        return walkTo(segment, 0, offset, held);
    }

    /** An index of a segment names what is not there; searches find their way without it. */
    void suspectIndexOf(LogSegment segment) {
        if (quarantine.isEmpty()) { // else it may name what cannot be read
            suspect = segment;
        }
    }

    /** A segment whose indexes are to be built anew, once. */
    Optional<LogSegment> takeSuspect() {
        Optional<LogSegment> taken = Optional.ofNullable(suspect);
        suspect = null;
        return taken;
    }

    private static boolean endsAt(LogSegment segment, int position, long lastOffset)
            throws IOException {
        BatchCursor cursor =
                new BatchCursor(
                        segment.file(), position, segment.sizeBytes(), BatchCursor.HEADER_BYTES);
        return cursor.advance() && cursor.lastOffset() == lastOffset;
    }

    private int walkTo(LogSegment segment, int from, long offset, boolean held) throws IOException {
        int[] found = {segment.sizeBytes()};
        walk(
                segment,
                from,
                BatchCursor.LOOKUP_BYTES,
                batch -> {
                    if (batch.lastOffset() < offset) {
                        return true;
                    }
                    found[0] = (int) batch.position();
                    if (held && batch.baseOffset() > offset) {
                        throw new DamagedSegmentException(segment.baseOffset(), found[0]);
                    }
                    return false;
                });
        return found[0];
    }

    /** Visits the batches from a batch's position on. */
    void walk(LogSegment segment, int from, int chunkBytes, Visitor visitor) throws IOException {
        BatchCursor cursor = new BatchCursor(segment.file(), from, segment.sizeBytes(), chunkBytes);
        while (cursor.next() < segment.sizeBytes()) {
            Quarantine.Range bad =
                    quarantine.isEmpty()
                            ? null
                            : quarantine.beginningAt(segment.baseOffset(), cursor.next());
            if (bad != null) {
                cursor.jump(bad.toPosition());
            } else if (!cursor.advance()) {
                throw new DamagedSegmentException(segment.baseOffset(), (int) cursor.next());
            } else if (!visitor.visit(cursor)) {
                return;
            }
        }
    }

    /** Builds a segment's indexes anew from the headers of its first {@code sizeBytes} bytes. */
    void reindex(LogSegment segment, int sizeBytes, int indexIntervalBytes) throws IOException {
        segment.rebuild();
        BatchCursor cursor = new BatchCursor(segment.file(), 0, sizeBytes, BatchCursor.WALK_BYTES);
        while (cursor.next() < sizeBytes) {
            Quarantine.Range bad = quarantine.beginningAt(segment.baseOffset(), cursor.next());
            if (bad != null) {
                segment.skipTo(bad.toPosition(), bad.toOffset());
                cursor.jump(bad.toPosition());
            } else if (cursor.advance()) {
                segment.added(cursor.header(), cursor.at(), indexIntervalBytes);
            } else {
                throw new DamagedSegmentException(segment.baseOffset(), (int) cursor.next());
            }
        }
        segment.rebuilt();
    }
}
