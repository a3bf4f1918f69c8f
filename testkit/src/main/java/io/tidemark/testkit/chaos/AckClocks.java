package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures how long each partition goes without an acknowledgement. Writers send all the time, so
 * the longest silence after a fault is the pause that it caused. Any thread.
 */
final class AckClocks {
    private final Map<Partition, Clock> clocks = new HashMap<>();
    private long beganNanos = System.nanoTime();

    private static final class Clock {
        private long lastNanos;
        private long longestNanos;
        private long count;
    }

    /** Something was acknowledged. */
    synchronized void acknowledged(Partition partition) {
        Clock clock = clocks.computeIfAbsent(partition, p -> new Clock());
        long now = System.nanoTime();
        clock.longestNanos = Math.max(clock.longestNanos, now - since(clock));
        clock.lastNanos = now;
        clock.count++;
    }

    private long since(Clock clock) {
        return Math.max(clock.lastNanos, beganNanos);
    }

    /** Begins a measurement. */
    synchronized void begin() {
        beganNanos = System.nanoTime();
        for (Clock clock : clocks.values()) {
            clock.longestNanos = 0;
            clock.count = 0;
        }
    }

    /** The longest silence since the measurement began, one that goes on included. */
    synchronized long longestMs(Partition partition) {
        Clock clock = clocks.computeIfAbsent(partition, p -> new Clock());
        long now = System.nanoTime();
        return Math.max(clock.longestNanos, now - since(clock)) / 1_000_000;
    }

    /** Acknowledgements since the measurement began. */
    synchronized long count(Partition partition) {
        Clock clock = clocks.get(partition);
        return clock == null ? 0 : clock.count;
    }
}
