package io.tidemark.coordinator.runtime;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.MetadataListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one listener of this process of each image, on the listeners' thread. */
final class Follower implements ControlPlane.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final long NOTHING = -1;

    private final MetadataFeed feed;
    private final MetadataListener listener;
    private final Executor thread;
    private volatile boolean closed;
    private volatile CompletableFuture<?> waiting = CompletableFuture.completedFuture(null);

    Follower(MetadataFeed feed, MetadataListener listener, Executor thread) {
        this.feed = feed;
        this.listener = listener;
        this.thread = thread;
    }

    void start() {
        await(NOTHING);
    }

    private void await(long version) {
        if (!closed) {
            CompletableFuture<MetadataFeed.Update> next = feed.next(version);
            waiting = next;
            next.thenAcceptAsync(this::tell, thread);
        }
    }

    private void tell(MetadataFeed.Update update) {
        if (closed) {
            return;
        }
        try {
            switch (update) {
                case MetadataFeed.Update.Snapshot snapshot ->
                        listener.onImage(snapshot.image(), List.of());
                case MetadataFeed.Update.Changes changes ->
                        listener.onImage(changes.image(), changes.deltas());
            }
        } catch (RuntimeException e) {
            LOG.error(
                    "A listener of the metadata failed at version {}", update.image().version(), e);
        }
        await(update.image().version());
    }

    @Override
    public void close() {
        closed = true;
        waiting.cancel(false);
    }
}
