package io.tidemark.gateway.stream;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What all streams of this gateway count together. Safe for any thread. */
public final class StreamMetrics {

    private final AtomicLong open = new AtomicLong();
    private final LongAdder events = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder tailReads = new LongAdder();
    private final LongAdder catchUpReads = new LongAdder();
    private final LongAdder fellBehind = new LongAdder();
    private final LongAdder stalled = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final AtomicLong backlogBytes = new AtomicLong();

    /** Takes a place for one more stream; false where there is none. */
    public boolean tryOpen(long maxStreams) {
        if (open.incrementAndGet() > maxStreams) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    public void closed() {
        open.decrementAndGet();
    }

    void delivered(int events, int bytes) {
        this.events.add(events);
        this.bytes.add(bytes);
    }

    void tailRead() {
        tailReads.increment();
    }

    void catchUpRead() {
        catchUpReads.increment();
    }

    void fellBehind() {
        fellBehind.increment();
    }

    void stalled() {
        stalled.increment();
    }

    void reset(Reset.Reason reason) {
        resets.increment();
    }

    void holdBacklog(long change) {
        backlogBytes.addAndGet(change);
    }

    long backlogBytes() {
        return backlogBytes.get();
    }

    long open() {
        return open.get();
    }

    long events() {
        return events.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long tailReads() {
        return tailReads.sum();
    }

    long catchUpReads() {
        return catchUpReads.sum();
    }

    long fellBehindCount() {
        return fellBehind.sum();
    }

    long stalledCount() {
        return stalled.sum();
    }

    long resets() {
        return resets.sum();
    }
}
