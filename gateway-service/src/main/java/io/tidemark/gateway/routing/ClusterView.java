package io.tidemark.gateway.routing;

import io.tidemark.environment.Timers;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.client.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * The newest metadata image this gateway has seen. Safe for any thread; the image itself is
 * immutable, so take it once for a decision that must be consistent.
 */
public final class ClusterView implements AutoCloseable {

    private static final ClusterImage EMPTY =
            new ClusterImage("", -1, new TreeMap<>(), Map.of(), Map.of(), 0, Map.of());

    private final Timers timers;
    private final String listener;
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final CopyOnWriteArrayList<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final ControlPlane.Subscription subscription;
    private volatile ClusterImage image = EMPTY;

    /**
     * Starts to follow the metadata.
     *
     * @param listener the name of the nodes' listener that this gateway connects to; a node without
     *     it is reached at its first one
     */
    public ClusterView(ControlPlane controlPlane, Timers timers, String listener) {
        this.timers = timers;
        this.listener = listener;
        this.subscription = controlPlane.subscribe(this::onImage);
    }

    /** The newest image; version -1 before the first one came. */
    public ClusterImage image() {
        return image;
    }

    /** Whether a first image came. */
    public boolean ready() {
        return image.version() >= 0;
    }

    public Optional<TopicImage> topic(String name) {
        return image.topic(name);
    }

    /**
     * The topic of a request.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException 404 where there is none of that name; 503
     *     where that cannot be known yet
     */
    public TopicImage requireTopic(String name) {
        return image.topic(name).orElseThrow(() -> topicMissing(name).exception());
    }

    /** What to say of a topic that was not found. */
    public ApiError topicMissing(String name) {
        return ready() ? ApiError.topicNotFound(name) : ApiError.clusterUnknown();
    }

    /**
     * The newest image, where one came.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException 503 where none came yet
     */
    public ClusterImage requireImage() {
        if (!ready()) {
            throw ApiError.clusterUnknown().exception();
        }
        return image;
    }

    /** The partition, where the topic has it. */
    public Optional<PartitionImage> partition(String topic, int partition) {
        return image.topic(topic)
                .map(TopicImage::partitions)
                .filter(partitions -> partition >= 0 && partition < partitions.size())
                .map(partitions -> partitions.get(partition));
    }

    /** The node that leads a partition; empty where the partition or its leader is unknown. */
    public Optional<NodeImage> leader(String topic, int partition) {
        ClusterImage current = image;
        return partition(topic, partition).map(PartitionImage::leader).map(current.nodes()::get);
    }

    /** Where a node listens; empty where the node is unknown. */
    public Optional<NodeAddress> address(int nodeId) {
        return Optional.ofNullable(image.nodes().get(nodeId)).flatMap(this::address);
    }

    private Optional<NodeAddress> address(NodeImage node) {
        return node.listeners().stream()
                .filter(l -> l.name().equals(listener))
                .findFirst()
                .or(() -> node.listeners().stream().findFirst())
                .map(l -> new NodeAddress(l.host(), l.port()));
    }

    /** Completes with the first image of at least {@code version}: read your own write. */
    public CompletionStage<ClusterImage> awaitVersion(long version, Duration timeout) {
        return await(candidate -> candidate.version() >= version, timeout);
    }

    /**
     * Completes with the first image that satisfies {@code condition}, at once where the present
     * one does; fails with a {@link TimeoutException}.
     *
     * @param condition called on the metadata thread; must be cheap
     */
    public CompletionStage<ClusterImage> await(
            Predicate<ClusterImage> condition, Duration timeout) {
        ClusterImage current = image;
        if (condition.test(current)) {
            return CompletableFuture.completedFuture(current);
        }
        Waiter waiter = new Waiter(condition, new CompletableFuture<>());
        waiters.add(waiter);
        Timers.Timer timer =
                timers.schedule(
                        timeout.toMillis(),
                        () ->
                                waiter.result.completeExceptionally(
                                        new TimeoutException("the metadata did not come in time")));
        waiter.result.whenComplete(
                (done, failure) -> {
                    timer.cancel();
                    waiters.remove(waiter);
                });
        // The image may have come between the test and the registration.
        waiter.offer(image);
        return waiter.result;
    }

    /** Calls {@code listener} after every change, on the metadata thread. */
    public void onChange(MetadataListener listener) {
        listeners.add(listener);
    }

    /** Ends what {@link #onChange} began. */
    public void removeListener(MetadataListener listener) {
        listeners.remove(listener);
    }

    private void onImage(ClusterImage next, List<Delta> deltas) {
        image = next;
        for (Waiter waiter : waiters) {
            waiter.offer(next);
        }
        for (MetadataListener each : listeners) {
            each.onImage(next, deltas);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }

    private record Waiter(
            Predicate<ClusterImage> condition, CompletableFuture<ClusterImage> result) {
        void offer(ClusterImage candidate) {
            if (condition.test(candidate)) {
                result.complete(candidate);
            }
        }
    }
}
