package io.tidemark.coordinator.session;

import java.util.concurrent.TimeUnit;

/**
 * The longest time between two heartbeats of a node, of the last half to whole minute. Times are
 * those in which this coordinator listened. Not for use by several threads at once.
 */
final class Gaps {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long epoch;
    private long heardNanos;
    private long sinceNanos;
    private long current;
    private long previous;

    /**
     * @param epoch of the node's registration: another process has gaps of its own
     */
    Gaps(long epoch, long nowNanos) {
        this.epoch = epoch;
        this.heardNanos = nowNanos;
        this.sinceNanos = nowNanos;
    }

    boolean isOf(long registration) {
        return epoch == registration;
    }

    void heard(long nowNanos) {
        forgetOld(nowNanos);
        current = Math.max(current, nowNanos - heardNanos);
        heardNanos = nowNanos;
    }

    long longestNanos(long nowNanos) {
        forgetOld(nowNanos);
        return Math.max(current, previous);
    }

    private void forgetOld(long nowNanos) {
        long passed = nowNanos - sinceNanos;
        if (passed > WINDOW_NANOS) {
            previous = passed > 2 * WINDOW_NANOS ? 0 : current;
            current = 0;
            sinceNanos = nowNanos;
        }
    }
}
