package io.tidemark.partition.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log's segments, oldest first. There is always one: the last is the active one. */
final class SegmentList {
    private final ArrayList<LogSegment> segments;

    SegmentList(List<LogSegment> segments) {
        this.segments = new ArrayList<>(segments);
        this.segments.trimToSize();
    }

    LogSegment active() {
        return segments.getLast();
    }

    LogSegment first() {
        return segments.getFirst();
    }

    /** The number of the last segment that begins at or before {@code offset}; at least 0. */
    int indexOf(long offset) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    LogSegment get(int index) {
        return segments.get(index);
    }

    int size() {
        return segments.size();
    }

    void add(LogSegment segment) {
        segments.add(segment);
    }

    LogSegment removeFirst() {
        return segments.removeFirst();
    }

    LogSegment removeLast() {
        return segments.removeLast();
    }

    List<LogSegment> all() {
        return segments;
    }

    @Nullable LogSegment withBase(long baseOffset) {
        LogSegment segment = segments.get(indexOf(baseOffset));
        return segment.baseOffset() == baseOffset ? segment : null;
    }

    long sizeBytes() {
        long bytes = 0;
        for (LogSegment segment : segments) {
            bytes += segment.sizeBytes();
        }
        return bytes;
    }
}
