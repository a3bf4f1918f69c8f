package io.tidemark.partition.repair;

import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the coordinator which replicas that count as lost are here, whole. What a metadata change
 * finds still lost is told again. Safe for any thread.
 */
public final class FoundReplicas {
    private static final Logger log = LoggerFactory.getLogger(FoundReplicas.class);
    private static final long RETRY_MS = 500;

    private final int nodeId;
    private final LongSupplier nodeEpoch;
    private final ControlPlane controlPlane;
    private final Timers timers;
    private final Set<PartitionId> untold = new HashSet<>(); // guarded by this
    private boolean underWay; // guarded by this

    public FoundReplicas(
            int nodeId, LongSupplier nodeEpoch, ControlPlane controlPlane, Timers timers) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.controlPlane = controlPlane;
        this.timers = timers;
    }

    /**
     * Tells the coordinator that this node has its records again; tries until it is heard. Any
     * thread.
     */
    public void report(PartitionId partition) {
        synchronized (this) {
            if (!untold.add(partition)) {
                return;
            }
        }
        timers.schedule(0, this::send); // what is found together is told together
    }

    private void send() {
        List<PartitionId> batch;
        synchronized (this) {
            if (underWay || untold.isEmpty()) {
                return;
            }
            underWay = true;
            batch = List.copyOf(untold);
        }
        log.info("{} replicas that count as lost are here: node {} tells so", batch.size(), nodeId);
        controlPlane
                .submit(new Command.ReplicasFound(nodeId, nodeEpoch.getAsLong(), batch))
                .whenComplete(
                        (result, failure) -> {
                            boolean told = result instanceof CommandResult.Done;
                            synchronized (this) {
                                underWay = false;
                                if (result != null) {
                                    untold.removeAll(batch); // a refusal will not change
                                }
                            }
                            if (!told) {
                                log.info(
                                        "That was not taken: {}",
                                        failure == null ? result : failure);
                            }
                            timers.schedule(told ? 0 : RETRY_MS, this::send);
                        });
    }
}
