package io.tidemark.environment;

import java.time.Duration;

/** Time, as an argument. Implementations are safe for use by any thread. */
public interface Clock {

    /**
     * Milliseconds since the Unix epoch. May jump; use it for record timestamps and retention only.
     */
    long wallMs();

    /** Monotonic nanoseconds from an arbitrary origin. Use it for timeouts and intervals. */
    long nanos();

    /**
     * The machine's clocks, with a wall clock that is wrong; for tests of what that does.
     *
     * @param offset how far it is ahead; negative where it is behind
     */
    static Clock system(Duration offset) {
        return offset.isZero() ? system() : new ShiftedClock(system(), offset.toMillis());
    }

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
