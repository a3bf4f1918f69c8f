package io.tidemark.gateway.stream;

import java.util.Arrays;

/**
 * The next offset by partition, as an array. One that is too short stands at 0 in the partitions it
 * lacks: they came later, and are read from their beginning.
 */
final class Positions {

    /** Not followed. */
    static final long NONE = -1;

    private Positions() {}

    static long at(long[] positions, int partition) {
        return partition < positions.length ? positions[partition] : 0;
    }

    /** A copy with at least {@code count} partitions, new ones at 0. */
    static long[] copy(long[] positions, int count) {
        return Arrays.copyOf(positions, Math.max(count, positions.length));
    }

    static boolean same(long[] one, long[] other) {
        int count = Math.max(one.length, other.length);
        for (int partition = 0; partition < count; partition++) {
            if (at(one, partition) != at(other, partition)) {
                return false;
            }
        }
        return true;
    }
}
