package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so. */
final class SimulatedTime implements Clock, Timers {
    private static final long WALL_MS = 1_700_000_000_000L;

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(
                    Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
    private long nowMs;
    private long made;

    private record Task(long atMs, long number, Runnable action) {}

    @Override
    public long wallMs() {
        return WALL_MS + nowMs;
    }

    @Override
    public long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(nowMs);
    }

    @Override
    public Timer schedule(long delayMs, Runnable action) {
        Task task = new Task(nowMs + delayMs, made++, action);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Time passes, and what is due happens when it is due. */
    void pass(long ms) {
        long end = nowMs + ms;
        while (!tasks.isEmpty() && tasks.peek().atMs <= end) {
            Task task = tasks.remove();
            nowMs = Math.max(nowMs, task.atMs);
            task.action.run();
        }
        nowMs = end;
    }

    /** Time passes while nothing happens, as for a process that was stopped. */
    void jump(long ms) {
        nowMs += ms;
    }

    /** Timers that have not gone off. */
    int pending() {
        return tasks.size();
    }
}
