package io.tidemark.partition.log;

import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds bits that changed on disk, by reading again what was written long ago. */
final class Scrubber {
    private final LogState log;
    private long segmentBase = -1;
    private long position;
    private long expectedOffset;
    private int truncations;

    Scrubber(LogState log) {
        this.log = log;
    }

    /** Returns the bytes read; 0 when a round has ended. */
    long scrub(int budgetBytes) throws IOException {
        LogSegment segment = log.segments.withBase(segmentBase);
        if (segment == null || truncations != log.truncations) {
            segment = begin(log.segments.first());
        }
        while (position == segment.sizeBytes()) {
            int next = log.segments.indexOf(segment.baseOffset()) + 1;
            if (next == log.segments.size()) {
                segmentBase = -1;
                return 0;
            }
            segment = begin(log.segments.get(next));
        }
        return scrub(segment, budgetBytes);
    }

    /** Checks one segment as a whole, after something in it was found not to be as it must. */
    void check(LogSegment segment) throws IOException {
        begin(segment);
        while (position < segment.sizeBytes()) {
            scrub(segment, Integer.MAX_VALUE);
        }
    }

    /** Checks what a reader at an offset gets first. Rounds go on from there. */
    void verify(long offset, int budgetBytes) throws IOException {
        LogSegment segment = begin(log.segments.get(log.segments.indexOf(offset)));
        int start = log.search.position(segment, offset);
        if (start < segment.sizeBytes()) {
            verify(segment, start, budgetBytes);
        }
    }

    /** Checks from a batch's position on. Rounds go on from there. */
    void verify(LogSegment segment, int start, int budgetBytes) throws IOException {
        truncations = log.truncations;
        segmentBase = segment.baseOffset();
        ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE_BYTES);
        if (segment.file().read(header, start) < BatchHeader.SIZE_BYTES) {
            throw new DamagedSegmentException(segmentBase, start);
        }
        position = start;
        expectedOffset = BatchHeader.baseOffset(header, 0);
        scrub(segment, budgetBytes);
    }

    private LogSegment begin(LogSegment segment) throws IOException {
        segment.takeWhatIsThere();
        truncations = log.truncations;
        segmentBase = segment.baseOffset();
        position = 0;
        expectedOffset = segmentBase;
        return segment;
    }

    private long scrub(LogSegment segment, int budgetBytes) throws IOException {
        long start = position;
        long stopAt = start + budgetBytes;
        long end = segment.sizeBytes();
        BatchScan scan = new BatchScan(segment.file(), end, Long.MAX_VALUE, log.epochs);
        position =
                scan.run(
                        start,
                        expectedOffset,
                        (buffer, at, where) -> {
                            expectedOffset = BatchHeader.lastOffset(buffer, at) + 1;
                            return where + BatchHeader.sizeBytes(buffer, at) < stopAt;
                        });
        if (position > start) {
            segment.checked().good((int) start, (int) position);
        }
        if (position < stopAt && position < end) {
            passOver(segment, scan, end);
        }
        return position - start;
    }

    private void passOver(LogSegment segment, BatchScan scan, long end) throws IOException {
        Quarantine.Range bad = log.quarantine.beginningAt(segmentBase, position);
        if (bad == null) {
            long good = scan.findGoodAfter(position, expectedOffset);
            bad = Damage.range(segment, position, expectedOffset, good, end, segment.endOffset());
            log.quarantine.add(bad);
        }
        position = bad.toPosition();
        expectedOffset = Math.max(expectedOffset, bad.toOffset());
    }
}
