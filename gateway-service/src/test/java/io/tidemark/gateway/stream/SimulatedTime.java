package io.tidemark.gateway.stream;

import io.tidemark.environment.Clock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** One thread's time: tasks run in the order of their times, at once. */
final class SimulatedTime implements Clock {

    private record Task(long atMs, long number, Runnable action) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(
                    Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
    private long nowMs;
    private long number;

    void after(long delayMs, Runnable action) {
        tasks.add(new Task(nowMs + delayMs, number++, action));
    }

    /** Runs everything that is due within the next {@code ms}. */
    void run(long ms) {
        long end = nowMs + ms;
        while (!tasks.isEmpty() && tasks.peek().atMs <= end) {
            Task task = tasks.remove();
            nowMs = Math.max(nowMs, task.atMs);
            task.action.run();
        }
        nowMs = end;
    }

    @Override
    public long wallMs() {
        return nowMs;
    }

    @Override
    public long nanos() {
        return nowMs * 1_000_000;
    }
}
