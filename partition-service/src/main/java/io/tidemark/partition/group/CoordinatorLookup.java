package io.tidemark.partition.group;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.client.NodeAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the leading coordinator answers. Asked of the control plane once for all who want to know,
 * and remembered until somebody finds that it is not so. Safe for any thread.
 */
final class CoordinatorLookup {
    private final ControlPlane controlPlane;
    private final Consumer<NodeAddress> onLeft;
    private @Nullable NodeAddress known;
    private @Nullable CompletableFuture<NodeAddress> asking;

    /**
     * @param onLeft told of a coordinator that leads no more, because another one does
     */
    CoordinatorLookup(ControlPlane controlPlane, Consumer<NodeAddress> onLeft) {
        this.controlPlane = controlPlane;
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

    /** Looks again, whatever is known. */
    CompletionStage<NodeAddress> refresh() {
        CompletableFuture<NodeAddress> mine;
        synchronized (this) {
            if (asking != null) {
                return asking;
            }
            mine = new CompletableFuture<>();
            asking = mine;
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
