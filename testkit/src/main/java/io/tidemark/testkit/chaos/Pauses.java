package io.tidemark.testkit.chaos;

import java.util.Arrays;
import java.util.List;

/**
 * How long writes stood still.
 *
 * @param count how many partitions were measured
 * @param buckets how many paused for at most {@link #BOUNDS_MS}; the last one for longer
 */
public record Pauses(int count, long p50Ms, long p99Ms, long maxMs, List<Integer> buckets) {
    /** The buckets' upper bounds. */
    public static final List<Integer> BOUNDS_MS =
            List.of(100, 250, 500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000);

    public Pauses {
        buckets = List.copyOf(buckets);
    }

    /** Of measurements in any order. */
    public static Pauses of(List<Long> pausesMs) {
        long[] sorted = pausesMs.stream().mapToLong(Long::longValue).sorted().toArray();
        Integer[] buckets = new Integer[BOUNDS_MS.size() + 1];
        Arrays.fill(buckets, 0);
        for (long pause : sorted) {
            int at = 0;
            while (at < BOUNDS_MS.size() && pause > BOUNDS_MS.get(at)) {
                at++;
            }
            buckets[at]++;
        }
        return new Pauses(
                sorted.length,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99),
                quantile(sorted, 1),
                List.of(buckets));
    }

    private static long quantile(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
