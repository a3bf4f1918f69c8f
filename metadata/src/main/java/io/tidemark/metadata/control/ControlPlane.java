package io.tidemark.metadata.control;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The coordinator, as the other services see it: over HTTP between processes, directly in one JVM.
 * Safe for any thread; callbacks come on a thread of the implementation and must not block it.
 */
public interface ControlPlane extends AutoCloseable {

    /**
     * Asks the leading coordinator.
     *
     * @return fails with an {@link java.io.IOException} where no coordinator could be reached in
     *     time; whether the command was carried out is then unknown, unless it is a {@link
     *     NoCoordinatorException}
     */
    CompletionStage<CommandResult> submit(Command command);

    /** Keeps a node's session alive. Send it every {@link HeartbeatReply#intervalMs}. */
    CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat);

    /**
     * How the coordinators stand, told by the leading one.
     *
     * @return fails with an {@link java.io.IOException} where nobody leads, or could be reached in
     *     time
     */
    CompletionStage<QuorumStatus> quorum();

    /**
     * What nodes told the leading coordinator of themselves.
     *
     * @return fails with an {@link java.io.IOException} where nobody leads, or could be reached in
     *     time
     */
    default CompletionStage<NodeReports> nodeReports() {
        return CompletableFuture.completedFuture(NodeReports.NONE);
    }

    /** How each coordinator sees itself; those that do not answer in time are left out. */
    default CompletionStage<List<CoordinatorStatus>> coordinators() {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * Where the leading coordinator answers requests about groups. Told by the leader itself.
     *
     * @return fails with an {@link java.io.IOException} where nobody leads, or could be reached in
     *     time; and where the coordinator is in this process, which has no need to listen
     */
    default CompletionStage<GroupEndpoint> groupEndpoint() {
        return CompletableFuture.failedFuture(
                new IOException("This coordinator does not listen for requests about groups"));
    }

    /**
     * Follows the metadata: first a snapshot, then every change in order. Reconnects by itself;
     * after a gap another snapshot comes.
     */
    Subscription subscribe(MetadataListener listener);

    /**
     * @param appliedVersion the newest metadata version this node acts upon
     * @param vitals how the node does, where it says so
     */
    record Heartbeat(int nodeId, long epoch, long appliedVersion, Optional<NodeVitals> vitals) {

        /** A bare sign of life. */
        public Heartbeat(int nodeId, long epoch, long appliedVersion) {
            this(nodeId, epoch, appliedVersion, Optional.empty());
        }
    }

    /**
     * @param state what the coordinator thinks of the node
     */
    record HeartbeatReply(State state, int intervalMs) {
        public enum State {
            ACTIVE,
            FENCED,
            /** The epoch is not the node's newest: another process has taken the id. */
            STALE_EPOCH,
            /** Not registered: register again. */
            UNKNOWN_NODE
        }
    }

    /** Ends by {@link #close}. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
