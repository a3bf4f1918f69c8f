package io.tidemark.partition.membership;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.ErrorCode;
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
public final class Draining {
    private static final Logger log = LoggerFactory.getLogger(Draining.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final long ANSWER_TIMEOUT_MS = 3_000;

    private final int nodeId;
    private final ControlPlane controlPlane;
    private final ClusterView view;
    private final Clock clock;

    public Draining(int nodeId, ControlPlane controlPlane, ClusterView view, Clock clock) {
        this.nodeId = nodeId;
        this.controlPlane = controlPlane;
        this.view = view;
        this.clock = clock;
    }

    /**
     * Returns when this node leads nothing that another could lead, when the time is over, or,
     * where it does not wait for its turn, when the coordinator does not answer.
     *
     * @param request {@link Command.DrainNode}, or {@link Command.DrainInTurn}, which may have to
     *     wait
     */
    public DrainOutcome run(Command request, Duration timeout) {
        long start = clock.nanos();
        long deadlineNanos = start + timeout.toNanos();
        Answer last = new Answer(false, true, "it was not asked");
        try {
            while (deadlineNanos - clock.nanos() > 0 && last.again) {
                last = handsOver(request, deadlineNanos);
                if (last.again) {
                    awaitVersion(view.image().version() + 1, PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long leading = view.image().leadsForOthers(nodeId);
        long tookMs = (clock.nanos() - start) / 1_000_000;
        if (last.drains) {
            log.info(
                    "Node {} drained in {} ms; it leads {} partitions that others have",
                    nodeId,
                    tookMs,
                    leading);
        } else {
            log.info("Node {} is not drained after {} ms: {}", nodeId, tookMs, last.reason);
        }
        return new DrainOutcome(last.drains && leading == 0, leading, last.reason);
    }

    /**
     * @param drains whether the coordinator has it as draining
     * @param again whether something is left to hand over, or its turn has not come
     */
    private record Answer(boolean drains, boolean again, String reason) {}

    private Answer handsOver(Command request, long deadlineNanos) throws InterruptedException {
        CommandResult result;
        try {
            result =
                    controlPlane
                            .submit(request)
                            .toCompletableFuture()
                            .get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Who waits for a turn can wait for a coordinator; who stops anyway does not.
            boolean waits = request instanceof Command.DrainInTurn;
            return new Answer(false, waits, "The coordinator did not answer: " + e);
        }
        return switch (result) {
            case CommandResult.Drained drained -> {
                awaitVersion(
                        drained.version(),
                        Duration.ofNanos(Math.max(1, deadlineNanos - clock.nanos())));
                yield new Answer(true, view.image().leadsForOthers(nodeId) > 0, "");
            }
            case CommandResult.Rejected(short error, String message) ->
                    new Answer(false, ErrorCode.of(error) == ErrorCode.INELIGIBLE_REPLICA, message);
            case CommandResult other -> new Answer(false, false, "Answered " + other);
        };
    }

    private void awaitVersion(long version, Duration timeout) throws InterruptedException {
        try {
            view.await(version, timeout).toCompletableFuture().get();
        } catch (ExecutionException e) {
            log.debug("Version {} has not come yet", version, e);
        }
    }
}
