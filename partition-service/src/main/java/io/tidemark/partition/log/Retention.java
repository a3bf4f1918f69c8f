package io.tidemark.partition.log;

import java.io.IOException;

/** Drops what is too old or too much, whole segments at a time. */
final class Retention {
    private final LogState log;

    Retention(LogState log) {
        this.log = log;
    }

    /** Returns the bytes that will be freed. */
    long apply(long highWatermark) throws IOException {
        log.requireUsable();
        long nowMs = log.clock.wallMs();
        rollWhereDue(highWatermark, nowMs);
        long size = log.segments.sizeBytes();
        long keep = size;
        long newStart = log.startOffset();
        for (int i = 0; i + 1 < log.segments.size(); i++) {
            LogSegment segment = log.segments.get(i);
            long end = log.segments.get(i + 1).baseOffset();
            boolean below = end <= log.startOffset();
            boolean tooMuch =
                    log.config.retentionSizeBytes() >= 0
                            && keep - segment.sizeBytes() >= log.config.retentionSizeBytes();
            if (!below && (end > highWatermark || !(tooMuch || tooOld(segment, nowMs)))) {
                break;
            }
            keep -= segment.sizeBytes();
            newStart = Math.max(newStart, end);
        }
        if (keep < size || newStart > log.startOffset()) {
            log.startAt(newStart);
        }
        return size - keep;
    }

    private void rollWhereDue(long highWatermark, long nowMs) throws IOException {
        LogSegment active = log.segments.active();
        if (active.sizeBytes() == 0) {
            return;
        }
        boolean expired = active.endOffset() <= highWatermark && tooOld(active, nowMs);
        if (expired || oldEnough(active, log.config.segmentMs(), nowMs, nowMs)) {
            log.roll();
        }
    }

    private boolean tooOld(LogSegment segment, long nowMs) {
        return log.config.retentionMs() >= 0
                && segment.maxTimestampMs() >= 0
                && nowMs - segment.maxTimestampMs() > log.config.retentionMs();
    }

    /**
     * segment.ms: counted from the segment's first record to the one that comes, or from its
     * creation where records have no time.
     */
    static boolean oldEnough(LogSegment segment, long segmentMs, long timestampMs, long nowMs)
            throws IOException {
        if (segmentMs < 0) {
            return false;
        }
        long firstMs = segment.firstTimestampMs();
        long ageMs =
                firstMs >= 0 && timestampMs >= 0
                        ? timestampMs - firstMs
                        : nowMs - segment.createdMs();
        return ageMs > segmentMs;
    }
}
