package io.tidemark.testkit.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing row of longs, eight bytes each: {@link #NONE} where nothing was set. */
final class LongColumn {
    static final long NONE = Long.MIN_VALUE;

    private static final int PAGE = 1 << 14;

    private final List<long[]> pages = new ArrayList<>();
    private long size;

    /** One more than the largest index that was set. */
    long size() {
        return size;
    }

    long get(long index) {
        return index < 0 || index >= size ? NONE : pages.get(page(index))[(int) (index % PAGE)];
    }

    void set(long index, long value) {
        while (pages.size() <= page(index)) {
            long[] fresh = new long[PAGE];
            Arrays.fill(fresh, NONE);
            pages.add(fresh);
        }
        pages.get(page(index))[(int) (index % PAGE)] = value;
        size = Math.max(size, index + 1);
    }

    private static int page(long index) {
        return Math.toIntExact(index / PAGE);
    }
}
