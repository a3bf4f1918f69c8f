package io.tidemark.partition.repair;

import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.partition.membership.ClusterView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the coordinator which replicas of this node have lost records, until it has taken note.
 * Safe for any thread.
 */
public final class LostReplicas {
    private static final Logger log = LoggerFactory.getLogger(LostReplicas.class);
    private static final long RETRY_MS = 500;
    private static final Duration IMAGE_TIMEOUT = Duration.ofSeconds(30);

    private final int nodeId;
    private final LongSupplier nodeEpoch;
    private final ControlPlane controlPlane;
    private final Timers timers;
    private final ClusterView view;
    private final Map<PartitionId, Loss> unreported = new HashMap<>(); // guarded by this
    private boolean underWay; // guarded by this

    /** Told, once the coordinator knows and this node has seen what it decided. Any thread. */
    @FunctionalInterface
    public interface Known {
        void in(ClusterImage image);

        Known NOBODY_ASKS = image -> {};
    }

    private record Loss(String reason, Known known) {}

    public LostReplicas(
            int nodeId,
            LongSupplier nodeEpoch,
            ControlPlane controlPlane,
            Timers timers,
            ClusterView view) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.controlPlane = controlPlane;
        this.timers = timers;
        this.view = view;
    }

    /**
     * Tells the coordinator, until it is heard, of records that this node has no more. Any thread.
     */
    public void report(PartitionId partition, String reason, Known known) {
        synchronized (this) {
            unreported.put(partition, new Loss(reason, known));
        }
        timers.schedule(0, this::send); // what is lost together is told together
    }

    private void send() {
        Map<PartitionId, Loss> batch;
        String reason;
        synchronized (this) {
            if (underWay || unreported.isEmpty()) {
                return;
            }
            underWay = true;
            reason = unreported.values().iterator().next().reason;
            batch = new HashMap<>(unreported);
            batch.values().removeIf(loss -> !loss.reason.equals(reason));
            unreported.keySet().removeAll(batch.keySet());
        }
        List<PartitionId> partitions = List.copyOf(batch.keySet());
        log.warn("Node {} tells that {} replicas are lost: {}", nodeId, batch.size(), reason);
        controlPlane
                .submit(new Command.ReplicasLost(nodeId, nodeEpoch.getAsLong(), partitions, reason))
                .whenComplete((result, failure) -> settle(batch, result, failure));
    }

    private void settle(
            Map<PartitionId, Loss> batch,
            @Nullable CommandResult result,
            @Nullable Throwable failure) {
        OptionalLong version =
                switch (result) {
                    case CommandResult.PartitionsAltered altered ->
                            OptionalLong.of(altered.version());
                    case CommandResult.Done done -> OptionalLong.of(done.version());
                    case null -> OptionalLong.empty();
                    case CommandResult other -> {
                        log.warn("The coordinator does not take the loss: {}", other);
                        yield OptionalLong.empty();
                    }
                };
        synchronized (this) {
            underWay = false;
            if (version.isEmpty()) {
                batch.forEach(unreported::putIfAbsent);
            }
        }
        if (version.isEmpty()) {
            log.info("A loss could not be told yet: {}", String.valueOf(failure));
            timers.schedule(RETRY_MS, this::send);
            return;
        }
        tell(version.getAsLong(), image -> batch.values().forEach(loss -> loss.known.in(image)));
        send();
    }

    private void tell(long version, Consumer<ClusterImage> known) {
        view.await(version, IMAGE_TIMEOUT)
                .whenComplete(
                        (image, failure) -> {
                            if (image != null) {
                                known.accept(image);
                            } else {
                                timers.schedule(RETRY_MS, () -> tell(version, known));
                            }
                        });
    }
}
