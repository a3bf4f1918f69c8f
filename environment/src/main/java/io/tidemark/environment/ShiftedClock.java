package io.tidemark.environment;

/** A wall clock that is wrong by a fixed time; intervals are as they were. */
record ShiftedClock(Clock clock, long offsetMs) implements Clock {

    @Override
    public long wallMs() {
        return clock.wallMs() + offsetMs;
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }
}
