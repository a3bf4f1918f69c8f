package io.tidemark.testkit.simulation.cluster;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A node's session, with the rules of the real one (registered, fenced, active, replaced), which is
 * bound to threads.
 */
final class NodeMembership {
    private static final long BACKOFF_MS = 150;
    private static final long LEAVE_PATIENCE_MS = 2_000;

    private final PartitionNode node;
    private final SimulatedControlPlane controlPlane;
    private final Events events;
    private Command.@Nullable RegisterNode registration;
    private long epoch = -1;
    private long registeredVersion = Long.MAX_VALUE;
    private boolean beating;
    private boolean active;
    private boolean leaving;

    /** What the node must know. */
    interface Events {
        void registered();

        void activityChanged();

        /** Another process has this node id. */
        void replaced();

        long appliedVersion();
    }

    NodeMembership(PartitionNode node, SimulatedControlPlane controlPlane, Events events) {
        this.node = node;
        this.controlPlane = controlPlane;
        this.events = events;
    }

    long epoch() {
        return epoch;
    }

    boolean active() {
        return active;
    }

    /** The metadata version that holds the registration. */
    long registeredVersion() {
        return registeredVersion;
    }

    void register(long life, List<Uuid> directories, boolean clean) {
        registration =
                new Command.RegisterNode(
                        node.index(),
                        new Uuid(node.index() + 1L, life),
                        Optional.empty(),
                        List.of(new NodeImage.Listener("PLAINTEXT", "node", node.index())),
                        Optional.empty(),
                        directories,
                        clean);
        register();
    }

    private void register() {
        Command.RegisterNode command = registration;
        if (command != null && !leaving) {
            controlPlane.submit(command).whenComplete((result, failure) -> registered(result));
        }
    }

    private void registered(@Nullable CommandResult result) {
        if (result instanceof CommandResult.NodeRegistered done) {
            epoch = done.epoch();
            registeredVersion = done.version();
            events.registered();
            if (beating) {
                beat();
            }
        } else {
            node.schedule(BACKOFF_MS, this::register);
        }
    }

    /** Begins to send heartbeats. */
    void serve() {
        beating = true;
        beat();
    }

    private void beat() {
        if (leaving) {
            return;
        }
        controlPlane
                .heartbeat(new Heartbeat(node.index(), epoch, events.appliedVersion()))
                .whenComplete((reply, failure) -> answered(reply));
    }

    private void answered(@Nullable HeartbeatReply reply) {
        if (reply == null) {
            node.schedule(BACKOFF_MS, this::beat);
            return;
        }
        switch (reply.state()) {
            case ACTIVE, FENCED -> {
                become(reply.state() == HeartbeatReply.State.ACTIVE);
                node.schedule(reply.intervalMs(), this::beat);
            }
            case UNKNOWN_NODE -> {
                become(false);
                register();
            }
            case STALE_EPOCH -> {
                become(false);
                events.replaced();
            }
        }
    }

    private void become(boolean nowActive) {
        if (active != nowActive) {
            active = nowActive;
            events.activityChanged();
        }
    }

    /** Asks others to take over; goes on when they have, or after a while. */
    void drain(Runnable then) {
        once(new Command.DrainNode(node.index(), epoch, true), then);
    }

    /** Gives the session up. */
    void leave(Runnable then) {
        leaving = true;
        once(new Command.SetNodeFenced(node.index(), epoch, true), then);
    }

    private void once(Command command, Runnable then) {
        Runnable[] pending = {then};
        Runnable go =
                () -> {
                    Runnable next = pending[0];
                    pending[0] = () -> {};
                    next.run();
                };
        node.schedule(LEAVE_PATIENCE_MS, go);
        controlPlane.submit(command).whenComplete((result, failure) -> go.run());
    }
}
