package io.tidemark.environment;

/** Runs tasks later. The implementation says on which thread. */
public interface Timers {

    /**
     * Runs {@code task} once, {@code delayMs} (at least 0) milliseconds from now.
     *
     * @return a handle that can cancel the task while it has not run
     */
    Timer schedule(long delayMs, Runnable task);

    /** A task that waits for its time. */
    interface Timer {
        /** Prevents the task from running, where it has not run yet. Repeated calls do nothing. */
        void cancel();
    }
}
