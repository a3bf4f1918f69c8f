package io.tidemark.partition.log;

import java.io.IOException;

/** A batch header makes no sense where there must be one. Does not leave this package. */
final class DamagedSegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long baseOffset;
    private final int position;

    DamagedSegmentException(long baseOffset, int position) {
        super(
                "No batch at byte %d of %s"
                        .formatted(position, LogFolder.fileName(baseOffset, LogFolder.LOG)));
        this.baseOffset = baseOffset;
        this.position = position;
    }

    long baseOffset() {
        return baseOffset;
    }

    int position() {
        return position;
    }
}
