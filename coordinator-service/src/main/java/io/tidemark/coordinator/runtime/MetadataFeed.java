package io.tidemark.coordinator.runtime;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What followers of the metadata are told. Each asks for what comes after the version it has;
 * nothing is kept for anyone in particular. The last changes are kept for all, and whoever has
 * fallen further behind gets the whole image. Safe for any thread.
 */
public final class MetadataFeed {
    private static final int MAX_CHANGES_KEPT = 1_024;
    private static final int MAX_DELTAS_KEPT = 50_000;

    private final Deque<Change> recent = new ArrayDeque<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private int deltasKept;
    private ClusterImage latest = ClusterImage.empty();

    /** What comes after a follower's version. */
    public sealed interface Update {

        ClusterImage image();

        /** The whole image. */
        record Snapshot(ClusterImage image) implements Update {}

        /**
         * @param fromVersion the follower's version
         * @param deltas what leads from there to the image
         */
        record Changes(long fromVersion, ClusterImage image, List<Delta> deltas)
                implements Update {}
    }

    /**
     * @param version what the follower has; -1 for nothing
     * @return completes once there is something newer, on the thread that publishes it or on the
     *     caller's; cancel it to ask no more
     */
    public CompletableFuture<Update> next(long version) {
        CompletableFuture<Update> future = new CompletableFuture<>();
        Update update;
        synchronized (this) {
            waiters.removeIf(waiter -> waiter.future.isDone());
            if (latest.version() <= Math.max(0, version)) {
                waiters.add(new Waiter(version, future));
                return future;
            }
            update = after(version);
        }
        future.complete(update);
        return future;
    }

    /** The newest version that followers are told of. */
    public synchronized long version() {
        return latest.version();
    }

    void publish(ClusterImage before, List<Delta> deltas, ClusterImage after) {
        synchronized (this) {
            recent.addLast(new Change(before.version(), deltas));
            deltasKept += deltas.size();
            while (recent.size() > MAX_CHANGES_KEPT || deltasKept > MAX_DELTAS_KEPT) {
                deltasKept -= recent.removeFirst().deltas.size();
            }
            latest = after;
        }
        wakeAll();
    }

    /** The image was replaced as a whole. */
    void restart(ClusterImage image) {
        synchronized (this) {
            recent.clear();
            deltasKept = 0;
            latest = image;
        }
        wakeAll();
    }

    private void wakeAll() {
        List<Runnable> wakeUps = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
                Waiter waiter = all.next();
                if (latest.version() > Math.max(0, waiter.version)) {
                    all.remove();
                    Update update = after(waiter.version);
                    wakeUps.add(() -> waiter.future.complete(update));
                }
            }
        }
        wakeUps.forEach(Runnable::run);
    }

    private Update after(long version) {
        List<Delta> deltas = new ArrayList<>();
        boolean found = false;
        for (Change change : recent) {
            found |= change.fromVersion == version;
            if (found) {
                deltas.addAll(change.deltas);
            }
        }
        return found
                ? new Update.Changes(version, latest, List.copyOf(deltas))
                : new Update.Snapshot(latest);
    }

    private record Change(long fromVersion, List<Delta> deltas) {}

    private record Waiter(long version, CompletableFuture<Update> future) {}
}
