package io.tidemark.coordinator.group.consumer;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.Comparator;
import java.util.TreeSet;

/** Time that passes when it is told to, and the timers in it. */
final class GroupTime implements Clock, Timers {
    private static final long NANOS_PER_MS = 1_000_000;

    private final TreeSet<Waiting> waiting =
            new TreeSet<>(
                    Comparator.comparingLong(Waiting::atMs).thenComparingLong(Waiting::number));
    private long nowMs = 1_000_000;
    private long made;

    private record Waiting(long atMs, long number, Runnable task) {}

    @Override
    public long wallMs() {
        return nowMs;
    }

    @Override
    public long nanos() {
        return nowMs * NANOS_PER_MS;
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Waiting timer = new Waiting(nowMs + delayMs, made++, task);
        waiting.add(timer);
        return () -> waiting.remove(timer);
    }

    void advanceMs(long ms) {
        long endMs = nowMs + ms;
        while (!waiting.isEmpty() && waiting.first().atMs() <= endMs) {
            Waiting next = waiting.removeFirst();
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
        }
        nowMs = endMs;
    }

    int pendingTimers() {
        return waiting.size();
    }
}
