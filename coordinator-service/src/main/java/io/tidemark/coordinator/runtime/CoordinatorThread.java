package io.tidemark.coordinator.runtime;

import io.tidemark.environment.Timers;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread that runs tasks in order, now or later. After {@link #close} it runs none. */
final class CoordinatorThread implements Executor, Timers, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    private final OwnedThreads threads;
    private final String name;

    CoordinatorThread(String name, OwnedThreads threads) {
        this.name = name;
        this.threads = threads;
        executor = new ScheduledThreadPoolExecutor(1, task -> threads.unstarted(name, task));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        schedule(0, task);
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        try {
            ScheduledFuture<?> scheduled =
                    executor.schedule(() -> threads.run(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    void watchedBy(ThreadWatch watch) {
        watch.add(name, Pulse.of(executor));
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
