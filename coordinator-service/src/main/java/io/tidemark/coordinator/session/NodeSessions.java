package io.tidemark.coordinator.session;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers heartbeats and fences the nodes that fall silent. Every method, and every timer, runs on
 * the coordinator's thread.
 */
public final class NodeSessions {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSessions.class);

    /** A fenced node that is about to catch up asks again at once: its start waits for this. */
    private static final int CATCH_UP_INTERVAL_MS = 10;

    private final Timing timing;
    private final Clock clock;
    private final Timers timers;
    private final Supplier<ClusterImage> image;
    private final Function<Command, CompletionStage<CommandResult>> propose;
    private final Sessions sessions;
    private final NodeBook book;
    private boolean leading;

    /**
     * @param heartbeatMs how often nodes are to send heartbeats
     * @param timeoutMs silence after which a node is fenced; several heartbeats
     * @param longestTimeoutMs the same for a node whose heartbeats have come late
     */
    public record Timing(int heartbeatMs, int timeoutMs, int longestTimeoutMs) {
        /** With four times as long for those that are slow. */
        public Timing(int heartbeatMs, int timeoutMs) {
            this(heartbeatMs, timeoutMs, 4 * timeoutMs);
        }
    }

    public NodeSessions(
            Timing timing,
            Clock clock,
            Timers timers,
            Supplier<ClusterImage> image,
            Function<Command, CompletionStage<CommandResult>> propose) {
        this.timing = timing;
        this.clock = clock;
        this.timers = timers;
        this.image = image;
        this.propose = propose;
        this.book = new NodeBook(clock);
        this.sessions = new Sessions(timing.timeoutMs, timing.longestTimeoutMs, timing.heartbeatMs);
    }

    /** This coordinator leads now. */
    public void lead() {
        sessions.begin(clock.nanos(), liveNodes());
        book.clear();
        if (!leading) {
            leading = true;
            look();
        }
    }

    /** This coordinator leads no more. */
    public void resign() {
        leading = false;
    }

    /** Takes a heartbeat; unfences the node where it has caught up with its registration. */
    public CompletionStage<HeartbeatReply> beat(Heartbeat heartbeat) {
        Optional<NodeImage> known = image.get().node(heartbeat.nodeId());
        if (known.isEmpty()) {
            return reply(State.UNKNOWN_NODE);
        }
        NodeImage node = known.get();
        if (node.epoch() != heartbeat.epoch()) {
            return reply(State.STALE_EPOCH);
        }
        sessions.heard(node.id(), node.epoch(), clock.nanos());
        heartbeat.vitals().ifPresent(vitals -> book.heard(node.id(), vitals));
        if (!node.fenced()) {
            return reply(State.ACTIVE);
        }
        if (heartbeat.appliedVersion() < node.epoch()) {
            return CompletableFuture.completedFuture(
                    new HeartbeatReply(State.FENCED, CATCH_UP_INTERVAL_MS));
        }
        return propose.apply(new Command.SetNodeFenced(node.id(), node.epoch(), false))
                .handle(
                        (result, failure) ->
                                new HeartbeatReply(
                                        result instanceof CommandResult.Done
                                                ? State.ACTIVE
                                                : State.FENCED,
                                        timing.heartbeatMs));
    }

    /** What the nodes told of themselves since this coordinator leads. */
    public NodeReports reports() {
        return book.reports(image.get().nodes().keySet());
    }

    /**
     * Makes way for a new incarnation of a node, where the one before is silent: a process that was
     * killed and restarted need not wait for the old session to end. Where the old one is heard
     * again, it is left alone, and the registration will be refused.
     *
     * @return completes, on the coordinator's thread, when the registration may be proposed
     */
    public CompletionStage<?> makeWay(Command.RegisterNode registration) {
        Optional<NodeImage> predecessor =
                image.get()
                        .node(registration.nodeId())
                        .filter(node -> !node.fenced())
                        .filter(node -> !node.incarnation().equals(registration.incarnation()));
        if (predecessor.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        NodeImage old = predecessor.get();
        if (!sessions.wasHeard(old.id())) {
            return fence(old, "a new process registers, and the old one was not heard");
        }
        long askedNanos = clock.nanos();
        CompletableFuture<Object> decided = new CompletableFuture<>();
        timers.schedule(
                3L * timing.heartbeatMs,
                () -> {
                    if (sessions.wasHeardAfter(old.id(), askedNanos)) {
                        decided.complete(State.ACTIVE);
                    } else {
                        fence(old, "a new process registers, and the old one fell silent")
                                .whenComplete((done, failure) -> decided.complete(State.FENCED));
                    }
                });
        return decided;
    }

    /**
     * A connection on which the node sent heartbeats is gone: of a process that lives, another
     * heartbeat comes at once, on another connection; of one that died, none does, and a third of
     * the session is enough to know.
     */
    public void disconnected(int nodeId, long epoch) {
        boolean current =
                image.get().node(nodeId).filter(node -> node.epoch() == epoch).isPresent();
        if (leading && current) {
            long graceMs = sessions.suspect(nodeId, clock.nanos());
            timers.schedule(graceMs + 1L, this::fenceTheSilent);
        }
    }

    private void look() {
        if (leading) {
            timers.schedule(timing.heartbeatMs, this::look); // first: it goes on where this fails
            fenceTheSilent();
        }
    }

    private void fenceTheSilent() {
        if (!leading) {
            return;
        }
        long nowNanos = clock.nanos();
        liveNodes().forEach(id -> sessions.watch(id, nowNanos));
        for (int nodeId : sessions.expired(nowNanos)) {
            sessions.forget(nodeId);
            image.get()
                    .node(nodeId)
                    .filter(node -> !node.fenced())
                    .ifPresent(node -> fence(node, "no heartbeat came in time"));
        }
    }

    private List<Integer> liveNodes() {
        return image.get().nodes().values().stream()
                .filter(node -> !node.fenced())
                .map(NodeImage::id)
                .toList();
    }

    private CompletionStage<CommandResult> fence(NodeImage node, String reason) {
        LOG.warn("Fencing node {} (epoch {}): {}", node.id(), node.epoch(), reason);
        return propose.apply(new Command.SetNodeFenced(node.id(), node.epoch(), true));
    }

    private CompletionStage<HeartbeatReply> reply(State state) {
        return CompletableFuture.completedFuture(new HeartbeatReply(state, timing.heartbeatMs));
    }
}
