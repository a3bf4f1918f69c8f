package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.group.GroupObserver;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.classic.ClassicMemberships;
import io.tidemark.coordinator.group.consumer.ConsumerGroups;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.coordinator.quorum.QuorumSettings;
import io.tidemark.coordinator.quorum.RatisQuorum;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;

/** Starts real coordinators on real folders, and speaks to a control plane as a node would. */
public final class RunningCoordinator {
    /** Longer than any pause of a busy machine: only tests of fencing want a shorter one. */
    public static final int LONG_SESSION_MS = 60_000;

    private static final GroupParts GROUPS =
            new GroupParts(
                    new ClassicMemberships(),
                    new ConsumerGroups(GroupSettings.DEFAULTS),
                    GroupSettings.DEFAULTS,
                    GroupObserver.NONE);

    private static final CompletionStage<Boolean> SERVED = CompletableFuture.completedStage(true);

    private RunningCoordinator() {}

    /** One alone, ready for commands, and for groups, which it serves an entry of its log later. */
    public static Coordinator alone(Path folder) throws Exception {
        return alone(folder, 10_000, LONG_SESSION_MS);
    }

    public static Coordinator alone(Path folder, long snapshotThreshold, int sessionMs)
            throws Exception {
        QuorumSettings settings =
                new QuorumSettings(
                        folder,
                        "1",
                        List.of(new QuorumSettings.Peer("1", "127.0.0.1", 0)),
                        Duration.ofMillis(300),
                        snapshotThreshold,
                        2);
        Coordinator coordinator = member(settings, sessionMs);
        await(coordinator.whenReady());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!await(coordinator.groups().ask(groups -> SERVED, error -> false))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The coordinator does not serve groups");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return coordinator;
    }

    /** A member of any quorum, started. */
    public static Coordinator member(QuorumSettings settings, int sessionMs) throws IOException {
        return member(
                settings,
                sessionMs,
                CoordinatorSettings.Rebalance.NEVER,
                Clock.system(),
                CommandObserver.NONE);
    }

    /** The same, which rebalances, by a clock, under observation. */
    public static Coordinator member(
            QuorumSettings settings,
            int sessionMs,
            CoordinatorSettings.Rebalance rebalance,
            Clock clock,
            CommandObserver observer)
            throws IOException {
        return started(
                new RatisQuorum(settings), settings.id(), sessionMs, rebalance, clock, observer);
    }

    /** Of a quorum that the test has in its hands. */
    public static Coordinator of(Quorum quorum) throws IOException {
        return started(
                quorum,
                "1",
                LONG_SESSION_MS,
                CoordinatorSettings.Rebalance.NEVER,
                Clock.system(),
                CommandObserver.NONE);
    }

    private static Coordinator started(
            Quorum quorum,
            String id,
            int sessionMs,
            CoordinatorSettings.Rebalance rebalance,
            Clock clock,
            CommandObserver observer)
            throws IOException {
        Coordinator coordinator =
                new Coordinator(
                        quorum,
                        new CoordinatorSettings(
                                id,
                                new NodeSessions.Timing(100, sessionMs),
                                Optional.empty(),
                                10_000,
                                rebalance,
                                600_000,
                                Map.of("log.retention.ms", "86400000")),
                        clock,
                        new SystemEntropy(),
                        observer,
                        GROUPS,
                        new OwnedThreads(reason -> {}));
        try {
            coordinator.start();
        } catch (IOException e) {
            coordinator.close();
            throw e;
        }
        return coordinator;
    }

    public static Command.RegisterNode registration(int nodeId, Uuid incarnation) {
        return new Command.RegisterNode(
                nodeId,
                incarnation,
                Optional.empty(),
                List.of(new NodeImage.Listener("PLAINTEXT", "localhost", 9092 + nodeId)),
                Optional.empty(),
                List.of(),
                true);
    }

    /** Registers a node and beats until it is active. */
    public static long join(ControlPlane plane, int nodeId) throws Exception {
        CommandResult.NodeRegistered registered =
                (CommandResult.NodeRegistered)
                        await(plane.submit(registration(nodeId, Uuid.randomUuid())));
        State state =
                await(
                                plane.heartbeat(
                                        new ControlPlane.Heartbeat(
                                                nodeId, registered.epoch(), registered.version())))
                        .state();
        if (state != State.ACTIVE) {
            throw new AssertionError("Node " + nodeId + " is " + state);
        }
        return registered.epoch();
    }

    public static Command.CreateTopic topic(String name, int partitions) {
        return new Command.CreateTopic(name, partitions, -1, List.of(), Map.of(), false);
    }

    public static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Waits for what comes by itself. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
