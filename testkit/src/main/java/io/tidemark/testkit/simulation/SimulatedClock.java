package io.tidemark.testkit.simulation;

import io.tidemark.environment.Clock;

/** Time that passes when it is told to. Its wall clock may jump or drift away. */
public final class SimulatedClock implements Clock {
    private static final long NANOS_PER_MS = 1_000_000;

    private long nanos;
    private long wallOffsetMs;

    /**
     * @param wallMs what the wall clock shows first
     */
    public SimulatedClock(long wallMs) {
        this.wallOffsetMs = wallMs;
    }

    @Override
    public long wallMs() {
        return wallOffsetMs + nanos / NANOS_PER_MS;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Lets milliseconds (at least 0) pass. */
    public void advanceMs(long ms) {
        advanceNanos(ms * NANOS_PER_MS);
    }

    /** Lets nanoseconds (at least 0) pass. */
    public void advanceNanos(long duration) {
        if (duration < 0) {
            throw new IllegalArgumentException("Time does not go back: " + duration);
        }
        nanos += duration;
    }

    /** Sets the wall clock forward or back; the monotonic one goes on. */
    public void jumpWallMs(long ms) {
        wallOffsetMs += ms;
    }
}
