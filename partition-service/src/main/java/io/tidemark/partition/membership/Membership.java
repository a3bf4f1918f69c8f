package io.tidemark.partition.membership;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * This node's place in the cluster: it registers, and keeps its session alive.
 *
 * <pre>
 *   new    -> fenced    registered: it recovers, and leads nothing yet
 *   fenced -> active    heartbeats are heard
 *   active -> fenced    the coordinator has not heard of it for too long
 *   any    -> new       unknown to the coordinator: registers again, under a new epoch
 *   any    -> replaced  another process has taken the node id: ends the process
 * </pre>
 *
 * All but {@link #active} and {@link #epoch} happens on the timer thread.
 */
public final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final long FIRST_BACKOFF_MS = 50;
    private static final long MAX_BACKOFF_MS = 1_000;

    /** About a heartbeat's interval: a new leader waits one session to be heard, a few of these. */
    private static final long MAX_BEAT_BACKOFF_MS = 250;

    /** A process that was killed keeps its node id until its session ends: worth waiting for. */
    private static final long TAKEN_ID_GRACE_NANOS = 10_000_000_000L;

    private final Command.RegisterNode registration;
    private final ControlPlane controlPlane;
    private final ScheduledExecutorService timer;
    private final LongSupplier appliedVersion;
    private final Supplier<NodeVitals> vitals;
    private final Events events;
    private final CompletableFuture<CommandResult.NodeRegistered> first = new CompletableFuture<>();
    private volatile boolean active;
    private volatile long epoch = -1;
    private volatile boolean closed;
    private long backoffMs = FIRST_BACKOFF_MS;
    private long takenSinceNanos = -1;
    private boolean beating;

    /** What the node must know. Called on the timer thread or the control plane's. */
    public interface Events {
        /** Whether this node may lead has changed. */
        void activityChanged();

        /** Another process has registered under this node id. */
        void replaced(String message);
    }

    public Membership(
            Command.RegisterNode registration,
            ControlPlane controlPlane,
            ScheduledExecutorService timer,
            LongSupplier appliedVersion,
            Supplier<NodeVitals> vitals,
            Events events) {
        this.registration = registration;
        this.controlPlane = controlPlane;
        this.timer = timer;
        this.appliedVersion = appliedVersion;
        this.vitals = vitals;
        this.events = events;
    }

    /** Registers, trying until it is told yes or no. Fails where the coordinator refuses. */
    public CompletableFuture<CommandResult.NodeRegistered> join() {
        timer.execute(this::register);
        return first;
    }

    /** Begins to send heartbeats: what is stored here can be served. After {@link #join}. */
    public void serve() {
        timer.execute(
                () -> {
                    beating = true;
                    beat();
                });
    }

    /** Whether the coordinator counts on this node. Any thread. */
    public boolean active() {
        return active;
    }

    /** The epoch of its registration; -1 before. Any thread. */
    public long epoch() {
        return epoch;
    }

    private void register() {
        if (closed) {
            return;
        }
        controlPlane
                .submit(registration)
                .whenCompleteAsync((result, failure) -> registered(result, failure), timer);
    }

    private void registered(@Nullable CommandResult result, @Nullable Throwable failure) {
        switch (result) {
            case CommandResult.NodeRegistered done -> {
                epoch = done.epoch();
                takenSinceNanos = -1;
                backoffMs = FIRST_BACKOFF_MS;
                log.info(
                        "Node {} joined cluster {} with epoch {}",
                        registration.nodeId(),
                        done.clusterId(),
                        done.epoch());
                first.complete(done);
                events.activityChanged();
                if (beating) {
                    beat();
                }
            }
            case CommandResult.Rejected rejected -> refused(rejected);
            case null -> {
                log.warn(
                        "The coordinator cannot be reached to register node {}; next try in {} ms: {}",
                        registration.nodeId(),
                        backoffMs,
                        String.valueOf(failure));
                retryRegistration();
            }
            case CommandResult other ->
                    first.completeExceptionally(
                            new IllegalStateException("Not an answer to a registration: " + other));
        }
    }

    private void refused(CommandResult.Rejected rejected) {
        ErrorCode error = ErrorCode.of(rejected.error());
        boolean taken = error == ErrorCode.DUPLICATE_BROKER_REGISTRATION;
        long now = System.nanoTime();
        if (taken && takenSinceNanos == -1) {
            takenSinceNanos = now;
        }
        if (error.retriable() || (taken && now - takenSinceNanos < TAKEN_ID_GRACE_NANOS)) {
            log.info("Node {} registers again: {}", registration.nodeId(), rejected.message());
            backoffMs = Math.min(backoffMs, 200);
            retryRegistration();
            return;
        }
        String message =
                "The coordinator refuses node %d: %s"
                        .formatted(registration.nodeId(), rejected.message());
        if (!first.completeExceptionally(new NodeRefusedException(message))) {
            events.replaced(message);
        }
    }

    private void retryRegistration() {
        retry(this::register, MAX_BACKOFF_MS);
    }

    private void retry(Runnable task, long maxBackoffMs) {
        schedule(task, backoffMs);
        backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
    }

    private void beat() {
        if (closed) {
            return;
        }
        goOn(
                () -> {
                    Heartbeat heartbeat =
                            new Heartbeat(
                                    registration.nodeId(),
                                    epoch,
                                    appliedVersion.getAsLong(),
                                    Optional.of(vitals.get()));
                    controlPlane
                            .heartbeat(heartbeat)
                            .whenCompleteAsync(
                                    (reply, failure) -> goOn(() -> answered(reply, failure)),
                                    timer);
                });
    }

    /** A bug costs a heartbeat, not all that would follow: without them the node is given up. */
    private void goOn(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("A heartbeat failed; next one in {} ms", backoffMs, e);
            retry(this::beat, MAX_BEAT_BACKOFF_MS);
        }
    }

    private void answered(@Nullable HeartbeatReply reply, @Nullable Throwable failure) {
        if (reply == null) {
            boolean first = backoffMs == FIRST_BACKOFF_MS;
            log.atLevel(first ? Level.WARN : Level.DEBUG)
                    .log(
                            "A heartbeat was not answered; next one in {} ms: {}",
                            backoffMs,
                            String.valueOf(failure));
            retry(this::beat, MAX_BEAT_BACKOFF_MS);
            return;
        }
        if (backoffMs != FIRST_BACKOFF_MS) {
            log.info("Heartbeats are answered again");
        }
        backoffMs = FIRST_BACKOFF_MS;
        switch (reply.state()) {
            case ACTIVE, FENCED -> {
                become(reply.state() == State.ACTIVE);
                schedule(this::beat, reply.intervalMs());
            }
            case UNKNOWN_NODE -> {
                log.warn("The coordinator does not know node {} any more", registration.nodeId());
                become(false);
                register();
            }
            case STALE_EPOCH -> {
                become(false);
                events.replaced(
                        "Another process has registered as node %d. Give each process its own tidemark.partition.node-id and data folder."
                                .formatted(registration.nodeId()));
            }
        }
    }

    private void become(boolean nowActive) {
        if (active != nowActive) {
            active = nowActive;
            log.info("Node {} is {}", registration.nodeId(), nowActive ? "active" : "fenced");
            events.activityChanged();
        }
    }

    private void schedule(Runnable task, long delayMs) {
        if (!closed) {
            timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Gives the session up, so that others take over, and this id can be used again, at once. Waits
     * for the coordinator for a second at most.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (active) {
            active = false;
            try {
                controlPlane
                        .submit(new Command.SetNodeFenced(registration.nodeId(), epoch, true))
                        .toCompletableFuture()
                        .get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                log.info(
                        "The session of node {} ends by itself: {}",
                        registration.nodeId(),
                        e.toString());
            }
        }
        first.completeExceptionally(new IOException("The node is stopping"));
    }
}
