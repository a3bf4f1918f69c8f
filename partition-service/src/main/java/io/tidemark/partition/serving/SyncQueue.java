package io.tidemark.partition.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group commit, as one event loop sees one log directory. While a sync runs, logs that were written
 * gather here; when it ends, all of them share the next. The first write after an idle time starts
 * a sync as soon as the loop has served what else is ready: nothing ever waits for a timer.
 */
public final class SyncQueue {
    private final Loop loop;
    private final Worker worker;
    private final List<StoredLog> written = new ArrayList<>();
    private boolean running;
    private boolean scheduled;

    /** Does the syncing, on threads of its own. */
    @FunctionalInterface
    public interface Worker {
        /**
         * Runs all shares of a batch, side by side or one after the other, and then calls {@link
         * Batch#finished}. Called on a loop; must not block.
         */
        void submit(Batch batch);
    }

    /** What one sync covers of one log. */
    public static final class Share {
        final StoredLog log;
        final StoredLog.PreparedSync prepared;

        Share(StoredLog log, StoredLog.PreparedSync prepared) {
            this.log = log;
            this.prepared = prepared;
        }

        /** Forces the log's files. Blocks. */
        public void run() throws IOException {
            prepared.ticket().run();
        }
    }

    /** A sync of several logs. */
    public record Batch(SyncQueue queue, List<Share> shares) {

        /**
         * Hands a batch whose shares have run back to its loop. Any thread.
         *
         * @param failure of any of its shares; null where all is well
         */
        public void finished(@Nullable IOException failure) {
            queue.finished(this, failure);
        }
    }

    SyncQueue(Loop loop, Worker worker) {
        this.loop = loop;
        this.worker = worker;
    }

    /** Asks that all that is written to the log so far becomes durable. */
    void add(StoredLog log) {
        written.add(log);
        if (!running && !scheduled) {
            scheduled = true;
            loop.afterThisPass(this::startScheduled);
        }
    }

    private void startScheduled() {
        scheduled = false;
        start();
    }

    private void start() {
        if (running || written.isEmpty()) {
            return;
        }
        List<Share> shares = new ArrayList<>(written.size());
        for (StoredLog log : written) {
            StoredLog.@Nullable PreparedSync prepared = log.prepareSync();
            if (prepared != null) {
                shares.add(new Share(log, prepared));
            }
        }
        written.clear();
        if (!shares.isEmpty()) {
            running = true;
            worker.submit(new Batch(this, shares));
        }
    }

    private void finished(Batch batch, @Nullable IOException failure) {
        loop.afterThisPass(() -> settle(batch, failure));
    }

    private void settle(Batch batch, @Nullable IOException failure) {
        running = false;
        for (Share share : batch.shares) {
            if (failure == null) {
                share.log.synced(share.prepared);
            } else {
                share.log.syncFailed(share.prepared, failure);
            }
        }
        start(); // before the acknowledgements: the disk works while they are written
        if (failure == null) {
            for (Share share : batch.shares) {
                share.log.afterSync(share.prepared);
            }
        }
    }
}
