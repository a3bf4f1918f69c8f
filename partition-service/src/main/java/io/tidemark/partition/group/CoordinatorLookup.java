package io.tidemark.partition.group;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.client.NodeAddress;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the leading coordinator answers. Asked of the control plane once for all who want to know,
 * and remembered until somebody finds that it is not so. Safe for any thread.
 */
final class CoordinatorLookup {
    /** What was found is believed for that long by those who only watch. */
    private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ControlPlane controlPlane;
    private final Clock clock;
    private final Consumer<NodeAddress> onLeft;
    private @Nullable NodeAddress known;
    private @Nullable CompletableFuture<NodeAddress> asking;
    private OptionalLong lookedNanos = OptionalLong.empty();

    /**
     * @param onLeft told of a coordinator that leads no more, because another one does
     */
    CoordinatorLookup(ControlPlane controlPlane, Clock clock, Consumer<NodeAddress> onLeft) {
        this.controlPlane = controlPlane;
        this.clock = clock;
        this.onLeft = onLeft;
    }

    /**
     * The leading coordinator, as far as it is known here.
     *
     * @return fails with an {@link java.io.IOException} where nobody leads
     */
    synchronized CompletionStage<NodeAddress> find() {
        return known == null ? refresh() : CompletableFuture.completedFuture(known);
    }

    /** It does not answer as a leader does: the next one to ask has it looked up. */
    synchronized void forget(NodeAddress address) {
        if (address.equals(known)) {
            known = null;
        }
    }

    /** Looks again, but where somebody else has just done so. */
    void watch() {
        boolean due;
        synchronized (this) {
            due = lookedNanos.isEmpty() || clock.nanos() - lookedNanos.getAsLong() > BELIEVED_NANOS;
        }
        if (due) {
            refresh();
        }
    }

    /** Looks again, whatever is known. */
    private CompletionStage<NodeAddress> refresh() {
        CompletableFuture<NodeAddress> mine;
        synchronized (this) {
            if (asking != null) {
                return asking;
            }
            mine = new CompletableFuture<>();
            asking = mine;
            lookedNanos = OptionalLong.of(clock.nanos());
        }
        controlPlane
                .groupEndpoint()
                .whenComplete(
                        (endpoint, failure) -> {
                            if (failure == null) {
                                found(mine, new NodeAddress(endpoint.host(), endpoint.port()));
                            } else {
                                synchronized (this) {
                                    asking = null;
                                }
                                mine.completeExceptionally(failure);
                            }
                        });
        return mine;
    }

    private void found(CompletableFuture<NodeAddress> waiting, NodeAddress address) {
        NodeAddress before;
        synchronized (this) {
            asking = null;
            before = last;
            known = address;
            last = address;
        }
        waiting.complete(address);
        if (before != null && !before.equals(address)) {
            onLeft.accept(before);
        }
    }

    /** The last that was known, though it may have been forgotten. */
    private @Nullable NodeAddress last;
}
