package io.tidemark.testkit.simulation;

import io.tidemark.environment.Timers;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Timers that go off when a {@link SimulatedClock} is moved through them, on the caller's thread,
 * in the order of their times and, at one time, of their making.
 */
public final class SimulatedTimers implements Timers {
    private static final long NANOS_PER_MS = 1_000_000;

    private final SimulatedClock clock;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(
                    Comparator.comparingLong(Waiting::atNanos).thenComparingLong(Waiting::number));
    private long made;

    private record Waiting(long atNanos, long number, Runnable task) {}

    public SimulatedTimers(SimulatedClock clock) {
        this.clock = clock;
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Waiting timer = new Waiting(clock.nanos() + delayMs * NANOS_PER_MS, made++, task);
        waiting.add(timer);
        return () -> waiting.remove(timer);
    }

    /** Lets time pass and runs what falls due, including what that schedules. */
    public void advanceMs(long ms) {
        long end = clock.nanos() + ms * NANOS_PER_MS;
        while (!waiting.isEmpty() && waiting.peek().atNanos() <= end) {
            Waiting next = waiting.remove();
            clock.advanceNanos(Math.max(0, next.atNanos() - clock.nanos()));
            next.task().run();
        }
        clock.advanceNanos(Math.max(0, end - clock.nanos()));
    }

    /** Timers that have not gone off. */
    public int pending() {
        return waiting.size();
    }
}
