package io.tidemark.partition.runtime;

import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.serving.SyncQueue;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs one log directory for all event loops. The files of a batch are synced side by side: a file
 * system with a journal commits them together, which takes a fraction of the time of one after the
 * other. The threads are never interrupted: that would close the file in use. {@link #submit} and
 * {@link #stop} are safe for any thread.
 */
final class SyncThreads implements SyncQueue.Worker {
    private final LogDirectory directory;
    private final BiConsumer<LogDirectory, IOException> onFailure;
    private final PartitionMetrics metrics;
    private final LinkedBlockingQueue<Task> work = new LinkedBlockingQueue<>();
    private final List<Worker> threads = new ArrayList<>();

    private sealed interface Task {
        record Sync(Progress batch, SyncQueue.Share share) implements Task {}

        /** The thread that takes it ends. */
        record End() implements Task {}
    }

    /** A batch under way. */
    private final class Progress {
        private final SyncQueue.Batch batch;
        private final long startNanos = System.nanoTime();
        private final AtomicInteger unsynced;
        private volatile @Nullable IOException failure;

        private Progress(SyncQueue.Batch batch) {
            this.batch = batch;
            this.unsynced = new AtomicInteger(batch.shares().size());
        }

        private void run(SyncQueue.Share share) {
            try {
                long start = System.nanoTime();
                share.run();
                long end = System.nanoTime();
                directory.syncTimes().took(end - start, end);
            } catch (IOException | RuntimeException e) {
                IOException cause = e instanceof IOException io ? io : new IOException(e);
                failure = cause;
                onFailure.accept(directory, cause);
            }
            if (unsynced.decrementAndGet() == 0) {
                metrics.synced(System.nanoTime() - startNanos, batch.shares().size());
                batch.finished(failure);
            }
        }
    }

    SyncThreads(
            LogDirectory directory,
            String name,
            int count,
            BiConsumer<LogDirectory, IOException> onFailure,
            PartitionMetrics metrics,
            OwnedThreads owned) {
        this.directory = directory;
        this.onFailure = onFailure;
        this.metrics = metrics;
        for (int i = 0; i < count; i++) {
            threads.add(new Worker(name + "-" + i, owned));
        }
    }

    void start() {
        threads.forEach(worker -> worker.thread.start());
    }

    /** A thread whose sync lasts gives no sign of life; one that waits for work does. */
    void watchedBy(ThreadWatch watch) {
        threads.forEach(worker -> watch.add(worker.thread.getName(), worker));
    }

    /** Syncs all shares, and then hands the batch back to its queue. */
    @Override
    public void submit(SyncQueue.Batch batch) {
        Progress progress = new Progress(batch);
        for (SyncQueue.Share share : batch.shares()) {
            work.add(new Task.Sync(progress, share));
        }
    }

    /** One of the threads. What it takes up and finishes is counted, so that it is even at rest. */
    private final class Worker implements Pulse {
        private final Thread thread;
        private final AtomicLong steps = new AtomicLong();
        private long seen;

        Worker(String name, OwnedThreads owned) {
            thread = owned.unstarted(name, this::run);
        }

        private void run() {
            boolean running = true;
            while (running) {
                try {
                    Task task = work.take();
                    steps.incrementAndGet();
                    switch (task) {
                        case Task.Sync sync -> sync.batch.run(sync.share);
                        case Task.End end -> running = false;
                    }
                    steps.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("sync threads are not interrupted", e);
                }
            }
        }

        @Override
        public synchronized boolean beats() {
            long now = steps.get();
            boolean moved = now != seen;
            seen = now;
            return thread.isAlive() && (moved || now % 2 == 0);
        }

        @Override
        public Optional<Thread> thread() {
            return Optional.of(thread);
        }
    }

    /** Ends once everything submitted so far is synced. Not for event loops. */
    void stop() {
        threads.forEach(thread -> work.add(new Task.End())); // any of them may take any
        for (Worker worker : threads) {
            try {
                worker.thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
