package io.tidemark.partition.membership;

import io.tidemark.metadata.image.ClusterImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The newest image that this node acts upon: its own partitions are as the image says. Safe for any
 * thread.
 */
public final class ClusterView {
    private final PriorityQueue<Awaiting> awaiting =
            new PriorityQueue<>(Comparator.comparingLong(Awaiting::version));
    private final List<Looking> looking = new ArrayList<>();
    private volatile ClusterImage image = ClusterImage.empty();

    private record Awaiting(long version, CompletableFuture<ClusterImage> future) {}

    private record Looking(
            Predicate<ClusterImage> condition, CompletableFuture<ClusterImage> future) {}

    public ClusterImage image() {
        return image;
    }

    /**
     * The first image of at least {@code version}; completes on the metadata thread.
     *
     * @return fails with a {@link java.util.concurrent.TimeoutException} where it does not come
     */
    public CompletionStage<ClusterImage> await(long version, Duration timeout) {
        ClusterImage current = image;
        if (current.version() >= version) {
            return CompletableFuture.completedFuture(current);
        }
        Awaiting waiter = new Awaiting(version, new CompletableFuture<>());
        synchronized (awaiting) {
            awaiting.add(waiter);
        }
        waiter.future
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> forget(waiter));
        publish(image); // it may have come in between
        return waiter.future;
    }

    /**
     * The first image that satisfies a condition; completes on the metadata thread.
     *
     * @return fails with a {@link java.util.concurrent.TimeoutException} where it does not come
     */
    public CompletionStage<ClusterImage> await(
            Predicate<ClusterImage> condition, Duration timeout) {
        Looking waiter = new Looking(condition, new CompletableFuture<>());
        synchronized (awaiting) {
            looking.add(waiter);
        }
        waiter.future
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> forget(waiter));
        publish(image); // it may be so already
        return waiter.future;
    }

    private void forget(Looking waiter) {
        synchronized (awaiting) {
            looking.remove(waiter);
        }
    }

    private void forget(Awaiting waiter) {
        synchronized (awaiting) {
            awaiting.remove(waiter);
        }
    }

    /** Shows a new image. On the metadata thread, in the order of versions. */
    public void show(ClusterImage newest) {
        image = newest;
        publish(newest);
    }

    private void publish(ClusterImage reached) {
        List<CompletableFuture<ClusterImage>> done = new ArrayList<>();
        synchronized (awaiting) {
            Awaiting head = awaiting.peek();
            while (head != null && head.version <= reached.version()) {
                done.add(awaiting.remove().future);
                head = awaiting.peek();
            }
            for (Looking waiter : looking) {
                if (waiter.condition.test(reached)) {
                    done.add(waiter.future);
                }
            }
        }
        done.forEach(waiter -> waiter.complete(reached));
    }
}
