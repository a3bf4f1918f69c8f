package io.tidemark.coordinator.session;

import java.util.concurrent.TimeUnit;

/**
 * How far a node's clock is ahead of this one. What it says of its clock arrives later than it was
 * sent, never earlier: each heartbeat tells a lower bound, and the largest of the last 10 to 20 s
 * is the closest. Not for use by several threads at once.
 */
final class ClockAhead {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long NOTHING = Long.MIN_VALUE;

    private long sinceNanos;
    private long current = NOTHING;
    private long previous = NOTHING;

    /**
     * @param sentMs the other clock when it was sent
     * @param wallMs this clock when it arrived
     * @param nowNanos monotonic
     */
    void heard(long sentMs, long wallMs, long nowNanos) {
        long passed = nowNanos - sinceNanos;
        if (current == NOTHING) {
            sinceNanos = nowNanos;
        } else if (passed > WINDOW_NANOS) {
            previous = passed > 2 * WINDOW_NANOS ? NOTHING : current;
            current = NOTHING;
            sinceNanos = nowNanos;
        }
        current = Math.max(current, sentMs - wallMs);
    }

    /** In ms; negative where it is behind. After the first heartbeat. */
    long ms() {
        return Math.max(current, previous);
    }
}
