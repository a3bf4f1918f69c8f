package io.tidemark.coordinator.runtime;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.environment.Timers;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one daemon thread that all groups belong to. Runs tasks in the order in which they come, and
 * those of timers in between. After {@link #close} it takes none: what has come before is still
 * run, timers are not. A task that fails because of a bug fails alone; an error ends the process,
 * as Netty's executor would end the thread alone and nobody would notice.
 */
final class GroupThread implements Executor, Timers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupThread.class);

    private final DefaultEventExecutor executor =
            new DefaultEventExecutor(new DefaultThreadFactory("coordinator-groups", true));
    private final OwnedThreads threads;

    GroupThread(OwnedThreads threads) {
        this.threads = threads;
    }

    void watchedBy(ThreadWatch watch) {
        watch.add("coordinator-groups", Pulse.of(executor));
    }

    @Override
    public void execute(Runnable task) {
        executeAll(List.of(task));
    }

    /** Runs them one behind the other; one that fails does not keep the next from running. */
    void executeAll(List<Runnable> tasks) {
        try {
            executor.execute(() -> tasks.forEach(threads::run));
        } catch (RejectedExecutionException closed) {
            LOG.debug("A task came after the end", closed);
        }
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

    @Override
    public void close() {
        executor.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
