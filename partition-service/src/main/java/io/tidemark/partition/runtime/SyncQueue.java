package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group commit, as one event loop sees one log directory. While a sync runs, partitions that were
 * written gather here; when it ends, all of them share the next. The first write after an idle time
 * starts a sync as soon as the loop has served what else is ready: nothing ever waits for a timer.
 */
final class SyncQueue {
    private final EventLoop loop;
    private final SyncThreads thread;
    private final List<Partition> written = new ArrayList<>();
    private boolean running;
    private boolean scheduled;

    /** What one sync covers of one partition. */
    record Share(Partition partition, Partition.PreparedSync prepared) {}

    /** A sync of several partitions. */
    record Batch(SyncQueue queue, List<Share> shares) {}

    SyncQueue(EventLoop loop, SyncThreads thread) {
        this.loop = loop;
        this.thread = thread;
    }

    /** Asks that all that is written to the partition so far becomes durable. */
    void add(Partition partition) {
        written.add(partition);
        if (!running && !scheduled) {
            scheduled = true;
            loop.execute(this::startScheduled);
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
        for (Partition partition : written) {
            Partition.@Nullable PreparedSync prepared = partition.prepareSync();
            if (prepared != null) {
                shares.add(new Share(partition, prepared));
            }
        }
        written.clear();
        if (!shares.isEmpty()) {
            running = true;
            thread.submit(new Batch(this, shares));
        }
    }

    /** Hands a finished batch back to the loop. Any thread. */
    void finished(Batch batch, @Nullable IOException failure) {
        loop.execute(() -> settle(batch, failure));
    }

    private void settle(Batch batch, @Nullable IOException failure) {
        running = false;
        for (Share share : batch.shares) {
            if (failure == null) {
                share.partition.synced(share.prepared);
            } else {
                share.partition.syncFailed(share.prepared, failure);
            }
        }
        start(); // before the acknowledgements: the disk works while they are written
        if (failure == null) {
            for (Share share : batch.shares) {
                share.partition.afterSync(share.prepared);
            }
        }
    }
}
