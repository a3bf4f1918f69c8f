package io.tidemark.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What happens next in a simulated world: events in the order of their times and, at one time, of
 * their making. One thread.
 */
public final class Schedule {
    private final PriorityQueue<Event> events = new PriorityQueue<>(256);
    private long nowNanos;
    private long made;
    private long steps;
    private long digest = 17;
    private final List<Event> consequences = new ArrayList<>();
    private @Nullable SimulatedProcess acting;

    /** Something that will happen to a process of one incarnation, or to the world. */
    static final class Event implements Comparable<Event> {
        private final long atNanos;
        private final long number;
        private final @Nullable SimulatedProcess owner;
        private final int incarnation;
        private @Nullable Runnable task;

        private Event(long atNanos, long number, @Nullable SimulatedProcess owner, Runnable task) {
            this.atNanos = atNanos;
            this.number = number;
            this.owner = owner;
            this.incarnation = owner == null ? 0 : owner.incarnation();
            this.task = task;
        }

        void cancel() {
            task = null;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** The world's time; processes have clocks of their own. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Events that have happened. */
    public long steps() {
        return steps;
    }

    /** A number that differs, but for chance, between two runs that differ in any event. */
    public long digest() {
        return digest;
    }

    /** Adds to the digest what an event led to. */
    public void note(long outcome) {
        digest = digest * 0x100000001B3L ^ outcome;
    }

    /** Runs a task for the world itself; no crash takes it away. */
    public void after(long delayNanos, Runnable task) {
        add(null, delayNanos, task);
    }

    Event add(@Nullable SimulatedProcess owner, long delayNanos, Runnable task) {
        Event event = new Event(nowNanos + Math.max(0, delayNanos), made++, owner, task);
        events.add(event);
        consequences.add(event);
        return event;
    }

    /** The process that the last event happened to; null for the world. */
    public @Nullable SimulatedProcess acting() {
        return acting;
    }

    /**
     * Lets the next event happen.
     *
     * @return false where nothing is left to happen before {@code endNanos}; time then stands there
     */
    public boolean step(long endNanos) {
        while (true) {
            Event event = events.peek();
            if (event == null || event.atNanos > endNanos) {
                nowNanos = Math.max(nowNanos, endNanos);
                return false;
            }
            events.remove();
            Runnable task = event.task;
            SimulatedProcess owner = event.owner;
            boolean gone = owner != null && owner.incarnation() != event.incarnation;
            if (task == null || gone) {
                continue;
            }
            nowNanos = Math.max(nowNanos, event.atNanos);
            if (owner != null && owner.paused()) {
                owner.defer(event);
                continue;
            }
            acting = owner;
            consequences.clear();
            steps++;
            note(event.atNanos * 31 + (owner == null ? -1 : owner.id()));
            task.run();
            return true;
        }
    }

    /**
     * Takes back what the last event had scheduled: the machine went down in the middle of it, and
     * what it had to say was not sent.
     */
    public void takeBack() {
        consequences.forEach(Event::cancel);
        consequences.clear();
    }

    /** Lets an event that a pause held up happen now, after what is due already. */
    void resume(Event held) {
        add(
                held.owner,
                0,
                () -> {
                    Runnable task = held.task;
                    if (task != null) { // what happened before it may have cancelled it
                        task.run();
                    }
                });
    }
}
