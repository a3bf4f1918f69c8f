package io.tidemark.gateway.pattern;

import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.gateway.error.ApiError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;

/**
 * Matches patterns, one after the other: half a second each at worst, which no event loop has time
 * for. Safe for any thread.
 */
public final class PatternThread implements AutoCloseable {
    /** Ten seconds at worst. */
    static final int MAX_WAITING = 20;

    private static final String NAME = "gateway-patterns";
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Executor executor;
    private final Runnable close;
    private final Semaphore places = new Semaphore(MAX_WAITING);

    /** Runs everything on {@code executor}, one task at a time. */
    PatternThread(Executor executor, Runnable close) {
        this.executor = executor;
        this.close = close;
    }

    public static PatternThread start(OwnedThreads threads, ThreadWatch watch) {
        ThreadPoolExecutor executor = threads.pool(NAME, 1);
        watch.add(NAME, Pulse.of(executor));
        return new PatternThread(executor, executor::shutdown);
    }

    /**
     * Does what a request waits for.
     *
     * @return completes on this thread; at once with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} (429) where too many wait
     */
    public <T> CompletableFuture<T> ask(Supplier<T> work) {
        if (!places.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    ApiError.busy("Too many patterns wait to be matched.", RETRY_AFTER_SECONDS)
                            .exception());
        }
        try {
            return CompletableFuture.supplyAsync(work, executor)
                    .whenComplete((done, failure) -> places.release());
        } catch (RejectedExecutionException closed) {
            places.release();
            return CompletableFuture.failedFuture(
                    ApiError.unavailable("This gateway is about to stop.").exception());
        }
    }

    /** Does what nobody waits for, in its turn. */
    public void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException closed) {
            // The gateway stops, and its streams end.
        }
    }

    @Override
    public void close() {
        close.run();
    }
}
