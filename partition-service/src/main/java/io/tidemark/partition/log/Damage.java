package io.tidemark.partition.log;

import io.tidemark.partition.log.Quarantine.Range;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Measures a bad place in a segment. */
final class Damage {
    private Damage() {}

    /**
     * The range from a bad position to the next good batch, or to the end of the file.
     *
     * @param good where the next good batch begins; -1 where there is none
     * @param endOffset what the range ends with where no good batch follows
     */
    static Range range(
            LogSegment segment, long bad, long fromOffset, long good, long size, long endOffset)
            throws IOException {
        long toOffset = endOffset;
        if (good >= 0) {
            ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE_BYTES);
            segment.file().read(header, good);
            toOffset = BatchHeader.baseOffset(header, 0);
        }
        return new Range(
                fromOffset,
                Math.max(toOffset, fromOffset),
                segment.baseOffset(),
                Math.toIntExact(bad),
                Math.toIntExact(good >= 0 ? good : size));
    }
}
