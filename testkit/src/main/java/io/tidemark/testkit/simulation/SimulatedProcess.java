package io.tidemark.testkit.simulation;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.ArrayList;
import java.util.List;

/**
 * A process on a machine of its own: it has clocks that may go wrong, and can crash, pause and
 * start again. Whatever waits for it is lost when it crashes, and held up while it is paused.
 */
public abstract class SimulatedProcess implements Clock, Timers {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long MILLION = 1_000_000;

    private final int id;
    private final String name;
    private final Schedule schedule;
    private final List<Schedule.Event> held = new ArrayList<>();
    private long driftPerMillion;
    private long wallOffsetMs;
    private int incarnation;
    private boolean running;
    private boolean paused;

    /**
     * @param id from 0 on without gaps: its place in the network
     */
    protected SimulatedProcess(int id, String name, Schedule schedule) {
        this.id = id;
        this.name = name;
        this.schedule = schedule;
    }

    public final int id() {
        return id;
    }

    /** Grows with every start and every crash. */
    public final int incarnation() {
        return incarnation;
    }

    public final boolean running() {
        return running;
    }

    public final boolean paused() {
        return paused;
    }

    protected final Schedule world() {
        return schedule;
    }

    /**
     * Sets how its clocks differ from the world's.
     *
     * @param driftPerMillion how much faster its monotonic clock goes
     */
    public final void setClocks(long driftPerMillion, long wallOffsetMs) {
        this.driftPerMillion = driftPerMillion;
        this.wallOffsetMs = wallOffsetMs;
    }

    @Override
    public final long nanos() {
        long now = schedule.nowNanos();
        return now + now / MILLION * driftPerMillion;
    }

    @Override
    public final long wallMs() {
        return wallOffsetMs + schedule.nowNanos() / NANOS_PER_MS;
    }

    @Override
    public final Timer schedule(long delayMs, Runnable task) {
        long nanos = delayMs * NANOS_PER_MS;
        return later(nanos - nanos / MILLION * driftPerMillion, task)::cancel;
    }

    /** Runs a task of this process after a time of the world. */
    final Schedule.Event later(long delayNanos, Runnable task) {
        return schedule.add(this, delayNanos, task);
    }

    /** Runs a task of this process after a time of the world: its disk, say, has done something. */
    public final void afterNanos(long delayNanos, Runnable task) {
        later(delayNanos, task);
    }

    /** Starts it. */
    public final void start() {
        if (running) {
            throw new IllegalStateException(name + " runs already");
        }
        incarnation++;
        running = true;
        started();
    }

    /** Ends it at once; {@link #crashed} is told. */
    public final void crash() {
        if (running) {
            incarnation++;
            running = false;
            paused = false;
            held.clear();
            crashed();
        }
    }

    /** Stops it, as SIGSTOP does. */
    public final void pause() {
        paused = running;
    }

    /** Lets it go on with all that has come meanwhile. */
    public final void resume() {
        if (paused) {
            paused = false;
            held.forEach(schedule::resume);
            held.clear();
        }
    }

    final void defer(Schedule.Event event) {
        held.add(event);
    }

    /** The process begins with empty memory. */
    protected abstract void started();

    /** The process is gone, and its memory with it. */
    protected abstract void crashed();

    @Override
    public final String toString() {
        return name;
    }
}
