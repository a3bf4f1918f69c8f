package io.tidemark.coordinator.runtime;

import io.tidemark.environment.Timers;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon thread that runs tasks in order, now or later. After {@link #close} it runs none. */
final class CoordinatorThread implements Executor, Timers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorThread.class);
    private final ScheduledThreadPoolExecutor executor;

    CoordinatorThread(String name) {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, task -> Thread.ofPlatform().daemon().name(name).unstarted(task));
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
                    executor.schedule(() -> run(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A task of the coordinator failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
