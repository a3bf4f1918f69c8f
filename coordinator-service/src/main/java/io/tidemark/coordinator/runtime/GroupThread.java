package io.tidemark.coordinator.runtime;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.environment.Timers;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one daemon thread that all groups belong to. Runs tasks in the order in which they come, and
 * those of timers in between. After {@link #close} it takes none: what has come before is still
 * run, timers are not.
 */
final class GroupThread implements Executor, Timers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupThread.class);

    private final DefaultEventExecutor executor =
            new DefaultEventExecutor(new DefaultThreadFactory("coordinator-groups", true));

    @Override
    public void execute(Runnable task) {
        executeAll(List.of(task));
    }

    /** Runs them one behind the other; one that fails does not keep the next from running. */
    void executeAll(List<Runnable> tasks) {
        try {
            executor.execute(() -> tasks.forEach(GroupThread::run));
        } catch (RejectedExecutionException closed) {
            LOG.debug("A task came after the end", closed);
        }
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
            LOG.error("A task of the groups failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
