package io.tidemark.partition.runtime;

import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs one log directory for all event loops, batch by batch. It is never interrupted: that would
 * close the file in use. {@link #submit} and {@link #stop} are safe for any thread.
 */
final class SyncThread {
    private final LogDirectory directory;
    private final BiConsumer<LogDirectory, IOException> onFailure;
    private final PartitionMetrics metrics;
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean running = true; // touched by the thread alone

    SyncThread(
            LogDirectory directory,
            String name,
            BiConsumer<LogDirectory, IOException> onFailure,
            PartitionMetrics metrics) {
        this.directory = directory;
        this.onFailure = onFailure;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void submit(SyncQueue.Batch batch) {
        work.add(() -> batch.queue().finished(batch, sync(batch)));
    }

    private void run() {
        while (running) {
            try {
                work.take().run();
            } catch (InterruptedException e) {
                throw new IllegalStateException("sync threads are not interrupted", e);
            }
        }
    }

    private @Nullable IOException sync(SyncQueue.Batch batch) {
        long start = System.nanoTime();
        try {
            for (SyncQueue.Share share : batch.shares()) {
                share.prepared().ticket().run();
            }
            metrics.synced(System.nanoTime() - start, batch.shares().size());
            return null;
        } catch (IOException | RuntimeException e) {
            IOException failure = e instanceof IOException io ? io : new IOException(e);
            onFailure.accept(directory, failure);
            return failure;
        }
    }

    /** Ends once everything submitted so far is synced. Not for event loops. */
    void stop() {
        work.add(() -> running = false);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
