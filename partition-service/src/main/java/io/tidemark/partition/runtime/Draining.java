package io.tidemark.partition.runtime;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what a node leads before it stops, so that no call fails. The coordinator is asked
 * again as long as a follower that could take over has not caught up. Blocks; not for event loops.
 */
final class Draining {
    private static final Logger log = LoggerFactory.getLogger(Draining.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final long ANSWER_TIMEOUT_MS = 3_000;

    private final int nodeId;
    private final ControlPlane controlPlane;
    private final ClusterView view;
    private final Clock clock;

    Draining(int nodeId, ControlPlane controlPlane, ClusterView view, Clock clock) {
        this.nodeId = nodeId;
        this.controlPlane = controlPlane;
        this.view = view;
        this.clock = clock;
    }

    /**
     * Returns when this node leads nothing that another could lead, when the coordinator does not
     * answer, or when the time is over.
     */
    void run(long nodeEpoch, Duration timeout) {
        long start = clock.nanos();
        long deadlineNanos = start + timeout.toNanos();
        try {
            while (deadlineNanos - clock.nanos() > 0 && handsOver(nodeEpoch, deadlineNanos)) {
                awaitVersion(view.image().version() + 1, PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.info("Node {} stops without handing over: {}", nodeId, e.toString());
        }
        log.info(
                "Node {} drained in {} ms; it leads {} partitions that others have",
                nodeId,
                (clock.nanos() - start) / 1_000_000,
                leadsForOthers(view.image()));
    }

    /** Returns whether something is left to hand over. */
    private boolean handsOver(long nodeEpoch, long deadlineNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        CommandResult result =
                controlPlane
                        .submit(new Command.DrainNode(nodeId, nodeEpoch, true))
                        .toCompletableFuture()
                        .get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        if (!(result instanceof CommandResult.Drained drained)) {
            log.info("Node {} is not drained: {}", nodeId, result);
            return false;
        }
        awaitVersion(
                drained.version(), Duration.ofNanos(Math.max(1, deadlineNanos - clock.nanos())));
        return leadsForOthers(view.image()) > 0;
    }

    private void awaitVersion(long version, Duration timeout) throws InterruptedException {
        try {
            view.await(version, timeout).toCompletableFuture().get();
        } catch (ExecutionException e) {
            log.debug("Version {} has not come yet", version, e);
        }
    }

    /** Partitions that it leads although another replica's node is there. */
    private long leadsForOthers(ClusterImage image) {
        return image.topics().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.leader() == nodeId)
                .filter(partition -> hasHeir(partition, image))
                .count();
    }

    private boolean hasHeir(PartitionImage partition, ClusterImage image) {
        return partition.replicas().stream()
                .anyMatch(
                        replica ->
                                replica != nodeId
                                        && image.node(replica).filter(NodeImage::live).isPresent());
    }
}
