package io.tidemark.partition.produce;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out producer ids from the blocks the coordinator gives this node; an id is never handed out
 * twice, and those of a lost process are skipped. Safe for any thread.
 */
public final class ProducerIds {
    private static final Logger log = LoggerFactory.getLogger(ProducerIds.class);

    private final int nodeId;
    private final LongSupplier nodeEpoch;
    private final ControlPlane controlPlane;
    private final Queue<CompletableFuture<Allocation>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean asked;

    /** What was given. */
    sealed interface Allocation {
        record Given(long producerId) implements Allocation {}

        record Refused(ErrorCode error) implements Allocation {}
    }

    public ProducerIds(int nodeId, LongSupplier nodeEpoch, ControlPlane controlPlane) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.controlPlane = controlPlane;
    }

    /** The next id; may complete on the control plane's thread. */
    CompletionStage<Allocation> take() {
        CompletableFuture<Allocation> wanted;
        synchronized (this) {
            if (next < end) {
                return CompletableFuture.completedFuture(new Allocation.Given(next++));
            }
            wanted = new CompletableFuture<>();
            waiting.add(wanted);
            if (asked) {
                return wanted;
            }
            asked = true;
        }
        ask();
        return wanted;
    }

    private void ask() {
        controlPlane
                .submit(new Command.AllocateProducerIds(nodeId, nodeEpoch.getAsLong()))
                .whenComplete(this::answered);
    }

    private void answered(@Nullable CommandResult result, @Nullable Throwable failure) {
        switch (result) {
            case CommandResult.ProducerIds block -> distribute(block.first(), block.count());
            case CommandResult.Rejected rejected -> refuse(ErrorCode.of(rejected.error()));
            case null -> {
                log.warn("No producer ids from the coordinator: {}", String.valueOf(failure));
                refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            }
            case CommandResult other -> refuse(ErrorCode.UNKNOWN_SERVER_ERROR);
        }
    }

    private void distribute(long first, int count) {
        List<Runnable> answers = new ArrayList<>();
        boolean more;
        synchronized (this) {
            next = first;
            end = first + count;
            while (next < end && !waiting.isEmpty()) {
                CompletableFuture<Allocation> wanted = waiting.remove();
                Allocation given = new Allocation.Given(next++);
                answers.add(() -> wanted.complete(given));
            }
            more = !waiting.isEmpty();
            asked = more;
        }
        answers.forEach(Runnable::run);
        if (more) {
            ask();
        }
    }

    private void refuse(ErrorCode error) {
        List<CompletableFuture<Allocation>> refused;
        synchronized (this) {
            refused = List.copyOf(waiting);
            waiting.clear();
            asked = false;
        }
        refused.forEach(wanted -> wanted.complete(new Allocation.Refused(error)));
    }
}
