package io.tidemark.partition.serving;

import io.tidemark.environment.Timers;
import java.util.concurrent.Executor;

/**
 * One thread that does one thing after the other: an event loop, or what a simulator puts in its
 * place. Timers run on it.
 */
public interface Loop extends Executor, Timers {

    /** Runs a task on the loop, at once where the caller is on it. Any thread. */
    @Override
    void execute(Runnable task);

    /** Runs a task once the loop has served what is ready now. Any thread. */
    void afterThisPass(Runnable task);

    /** Whether the caller is on it. Any thread. */
    boolean inLoop();
}
