package io.tidemark.partition.log;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which bytes of a segment need no look at their CRCs before they are served: those that were
 * looked at since the segment was opened, and those that were appended a moment ago. Positions are
 * those of batches.
 */
final class CheckedBytes {
    /** What was appended within this time, or up to twice as long ago, counts as good. */
    static final long FRESH_NANOS = 1_000_000_000L;

    /** Readers all over a segment: what is forgotten is only looked at again. */
    private static final int MAX_RANGES = 256;

    private final TreeMap<Integer, Integer> ranges = new TreeMap<>();
    private int freshFrom;
    private int freshSinceBefore;
    private long startedNanos;
    private boolean appended;

    /** Batches are appended at a position. */
    void appended(int position, long nowNanos) {
        if (!appended || nowNanos - startedNanos >= FRESH_NANOS) {
            boolean goesOn = appended && nowNanos - startedNanos < 2 * FRESH_NANOS;
            freshSinceBefore = goesOn ? freshFrom : position;
            freshFrom = position;
            startedNanos = nowNanos;
            appended = true;
        }
    }

    /** The bytes of {@code [from, to)} were found good. */
    void good(int from, int to) {
        int start = from;
        int end = to;
        Map.Entry<Integer, Integer> before = ranges.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            start = before.getKey();
            end = Math.max(end, before.getValue());
        }
        Map.Entry<Integer, Integer> next = ranges.ceilingEntry(start);
        while (next != null && next.getKey() <= end) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
            next = ranges.ceilingEntry(start);
        }
        if (ranges.size() >= MAX_RANGES) {
            ranges.pollFirstEntry();
        }
        ranges.put(start, end);
    }

    /**
     * Up to where nothing needs a look, from a position on; that position itself where it does.
     *
     * @param size of the segment
     */
    int goodTo(int position, int size, long nowNanos) {
        int at = position;
        Map.Entry<Integer, Integer> range = ranges.floorEntry(at);
        if (range != null && range.getValue() > at) {
            at = range.getValue();
        }
        return at >= fresh(nowNanos) ? size : Math.min(at, size);
    }

    private int fresh(long nowNanos) {
        long ageNanos = nowNanos - startedNanos;
        if (!appended || ageNanos >= 2 * FRESH_NANOS) {
            return Integer.MAX_VALUE;
        }
        return ageNanos >= FRESH_NANOS ? freshFrom : freshSinceBefore;
    }

    /** Nothing is known any more. */
    void clear() {
        ranges.clear();
        appended = false;
    }
}
