package io.tidemark.environment;

/** Time, as an argument. Implementations are safe for use by any thread. */
public interface Clock {

    /**
     * Milliseconds since the Unix epoch. May jump; use it for record timestamps and retention only.
     */
    long wallMs();

    /** Monotonic nanoseconds from an arbitrary origin. Use it for timeouts and intervals. */
    long nanos();

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
