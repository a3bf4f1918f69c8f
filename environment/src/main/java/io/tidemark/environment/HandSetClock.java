package io.tidemark.environment;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** For tests: a clock that stands at zero until it is moved. Any thread. */
public final class HandSetClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();

    /** Moves it on. */
    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long wallMs() {
        return nanos.get() / 1_000_000;
    }
}
