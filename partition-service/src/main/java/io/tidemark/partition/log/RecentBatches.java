package io.tidemark.partition.log;

/**
 * Where the newest batches of the active segment lie, so that readers at the tail need neither
 * index nor scan. A ring of a fixed size; a log that nobody writes to has none.
 */
final class RecentBatches {
    static final int UNKNOWN = -1;
    private static final int CAPACITY = 64;
    private static final long[] NO_OFFSETS = {};
    private static final int[] NO_POSITIONS = {};

    private long[] lastOffsets = NO_OFFSETS;
    private int[] positions = NO_POSITIONS;
    private int added;

    void add(long lastOffset, int position) {
        if (lastOffsets.length == 0) {
            lastOffsets = new long[CAPACITY];
            positions = new int[CAPACITY];
        }
        int slot = added % CAPACITY;
        lastOffsets[slot] = lastOffset;
        positions[slot] = position;
        added = added == Integer.MAX_VALUE ? CAPACITY + slot + 1 : added + 1;
    }

    /**
     * The position of the first batch that ends at or after {@code offset}, or {@link #UNKNOWN}.
     */
    int find(long offset) {
        int size = Math.min(added, CAPACITY);
        int oldest = added - size;
        // The batch before the oldest is not known, so the oldest answers nothing itself.
        if (size < 2 || offset <= lastOffset(oldest) || offset > lastOffset(added - 1)) {
            return UNKNOWN;
        }
        int low = oldest + 1;
        int high = added - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lastOffset(middle) >= offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return positions[low % CAPACITY];
    }

    private long lastOffset(int number) {
        return lastOffsets[number % CAPACITY];
    }

    void clear() {
        added = 0;
    }
}
