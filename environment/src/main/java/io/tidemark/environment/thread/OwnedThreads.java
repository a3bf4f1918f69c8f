package io.tidemark.environment.thread;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the threads that own a process' state. All are daemons.
 *
 * <pre>
 *  a task throws an exception, or overflows its stack -- it alone has failed: it is logged
 *  a task throws another error, or a thread dies       -- the process is told to end
 * </pre>
 *
 * Nothing stays behind that has lost its thread and looks as if it lived.
 */
public final class OwnedThreads {
    private static final Logger log = LoggerFactory.getLogger(OwnedThreads.class);

    private final Consumer<String> fatal;

    /**
     * @param fatal told, once or more, that the process cannot go on, and why; must not throw
     */
    public OwnedThreads(Consumer<String> fatal) {
        this.fatal = fatal;
    }

    /** A thread that dies of whatever it throws, and the process with it. */
    public Thread unstarted(String name, Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .uncaughtExceptionHandler(this::died)
                .unstarted(work);
    }

    /** The same, as executors want it: {@code <name>-0}, {@code <name>-1}, … */
    public ThreadFactory named(String name) {
        return Thread.ofPlatform()
                .daemon()
                .name(name + "-", 0)
                .uncaughtExceptionHandler(this::died)
                .factory();
    }

    /** One thread with timers. */
    public ScheduledThreadPoolExecutor timer(String name) {
        return new ScheduledThreadPoolExecutor(1, named(name)) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                settled(task, thrown);
            }
        };
    }

    /** A fixed number of threads. */
    public ThreadPoolExecutor pool(String name, int threads) {
        return new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name)) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                settled(task, thrown);
            }
        };
    }

    /** What an executor has caught is in the task's future, where nobody looks. */
    private void settled(Runnable task, @Nullable Throwable thrown) {
        Throwable cause = thrown;
        if (cause == null && task instanceof Future<?> future && future.isDone()) {
            try {
                if (!future.isCancelled()) {
                    future.get();
                }
            } catch (ExecutionException e) {
                cause = e.getCause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (cause != null) {
            failed(Thread.currentThread().getName(), cause);
        }
    }

    /** Runs a task for a thread that must not die of it. */
    public void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed(Thread.currentThread().getName(), e);
        }
    }

    private void failed(String thread, Throwable cause) {
        if (failsAlone(cause)) {
            log.error("A task of thread {} failed", thread, cause);
        } else {
            end(thread, cause);
        }
    }

    private static boolean failsAlone(Throwable cause) {
        return !(cause instanceof Error) || cause instanceof StackOverflowError;
    }

    private void died(Thread thread, Throwable cause) {
        end(thread.getName(), cause);
    }

    private void end(String thread, Throwable cause) {
        log.error("Thread {} cannot go on", thread, cause);
        fatal.accept("its thread " + thread + " cannot go on: " + cause);
    }
}
