package io.tidemark.partition.storage;

import java.util.OptionalLong;

/**
 * How long syncs of a log directory take: a moving average, in which the last ones count most. Safe
 * for any thread.
 */
public final class SyncTimes {
    /** Fewer than so many may be a coincidence. */
    private static final int ENOUGH = 5;

    /** What the newest one counts. */
    private static final double NEWEST = 0.25;

    private static final long SLOW_NANOS = 200_000_000L;

    /** What is older says nothing about now. */
    private static final long RECENT_NANOS = 30_000_000_000L;

    private int count; // guarded by this
    private double meanNanos; // guarded by this
    private long lastNanos; // guarded by this

    /**
     * A sync has ended.
     *
     * @param nanos it took
     * @param nowNanos on the monotonic clock
     */
    public synchronized void took(long nanos, long nowNanos) {
        if (nowNanos - lastNanos > RECENT_NANOS) {
            count = 0;
        }
        meanNanos = count == 0 ? nanos : meanNanos + NEWEST * (nanos - meanNanos);
        count++;
        lastNanos = nowNanos;
    }

    /** The average, in ms, where syncs take long at present: 200 ms and more. */
    public synchronized OptionalLong slowMs(long nowNanos) {
        boolean slow =
                count >= ENOUGH && meanNanos >= SLOW_NANOS && nowNanos - lastNanos <= RECENT_NANOS;
        return slow ? OptionalLong.of((long) (meanNanos / 1_000_000)) : OptionalLong.empty();
    }
}
