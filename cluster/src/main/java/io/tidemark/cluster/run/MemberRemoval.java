package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes a member out of a cluster that runs. A node is emptied first: it hands over what it leads,
 * others get its replicas, and only then it stops and is forgotten. Where it stays a member, it
 * takes part again. Ended anywhere, the same again goes on. Blocks its caller.
 */
public final class MemberRemoval {
    private static final int ALL_NODES = -1;
    private static final long POLL_MS = 500;
    private static final Duration ELECTION = Duration.ofSeconds(10);
    private static final Duration FENCED = Duration.ofSeconds(60);

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final Consumer<String> progress;

    public MemberRemoval(ClusterFolder folder, ClusterLayout layout, Consumer<String> progress) {
        this.folder = folder;
        this.layout = layout;
        this.progress = progress;
    }

    /**
     * @param wait for a node's turn to hand over
     * @throws StartFailure where it cannot go; it is still a member then
     */
    public void run(Member member, Duration wait)
            throws StartFailure, IOException, InterruptedException {
        switch (member.service()) {
            case COORDINATOR ->
                    throw new StartFailure(
                            "the number of coordinators is fixed when a cluster is made; %s stays"
                                    .formatted(member.name()));
            case GATEWAY -> {
                if (layout.members(Service.GATEWAY).size() == 1) {
                    throw new StartFailure(member.name() + " is the only gateway; it stays");
                }
                new MemberControl(folder, layout, progress).stop(member, false, wait);
            }
            case NODE -> removeNode(member, wait);
        }
        folder.change(now -> now.without(member));
    }

    private void removeNode(Member member, Duration wait)
            throws StartFailure, IOException, InterruptedException {
        try (ClusterControl control = new ClusterControl(folder, layout)) {
            boolean registered = image(control).node(member.id()).isPresent();
            if (registered) {
                empty(control, member, wait);
            }
            new MemberControl(folder, layout, progress).stop(member, false, wait);
            if (registered) {
                forget(control, member);
            }
        }
    }

    private static ClusterImage image(ClusterControl control)
            throws StartFailure, InterruptedException {
        return control.awaitImage(ELECTION)
                .orElseThrow(
                        () ->
                                new StartFailure(
                                        "no coordinator leads: start the cluster first (./tidemark up)"));
    }

    /** Those that may get what it has: as they are now, for another node may be going as well. */
    private static List<Integer> others(ClusterImage image, Member member) throws StartFailure {
        List<Integer> others =
                image.nodes().values().stream()
                        .filter(NodeImage::live)
                        .map(NodeImage::id)
                        .filter(id -> id != member.id())
                        .toList();
        int wanted =
                EffectiveConfigs.ofNode(image, ALL_NODES, Map.of())
                        .getInt(NodeConfigs.DEFAULT_REPLICATION_FACTOR);
        if (others.size() < wanted) {
            throw new StartFailure(
                    "without it %d node(s) run, and new topics get %d replicas (default.replication.factor)"
                            .formatted(others.size(), wanted));
        }
        return others;
    }

    /**
     * Planned before anything is asked of the node. It takes part again wherever it is not emptied.
     */
    private void empty(ClusterControl control, Member member, Duration wait)
            throws StartFailure, InterruptedException {
        int id = member.id();
        ClusterImage image = image(control);
        boolean drained = image.node(id).filter(NodeImage::draining).isPresent();
        NodeDrain drain = new NodeDrain(control, progress);
        try (GatewayMoves moves = GatewayMoves.of(layout, control.probe(), image.clusterId())) {
            moves.plan(id, others(image, member));
            if (control.node(id).filter(NodeImage::live).isPresent()
                    && drain.run(id, true, wait) instanceof NodeDrain.Outcome.Refused(String why)) {
                throw new StartFailure("it cannot hand over yet: " + why);
            }
            moveAll(control, member, moves);
        } catch (StartFailure | RuntimeException | InterruptedException e) {
            boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
            boolean drains = !drained && !drain.takeBack(id);
            throw new StartFailure(
                    "%s stays: %s%s"
                            .formatted(
                                    member.name(),
                                    interrupted
                                            ? "interrupted. What has begun to move goes on moving"
                                            : e.getMessage(),
                                    drains
                                            ? "\nIt may drain still: ./tidemark drain %d --undo"
                                                    .formatted(id)
                                            : ""));
        }
    }

    private void moveAll(ClusterControl control, Member member, GatewayMoves moves)
            throws StartFailure, InterruptedException {
        int id = member.id();
        for (; ; ) {
            ClusterImage now = image(control);
            long left = now.partitions().filter(p -> p.replicas().contains(id)).count();
            if (left == 0) {
                return;
            }
            progress.accept(
                    "waiting; %d partitions are moved away from %s".formatted(left, member.name()));
            if (now.partitions().anyMatch(p -> p.replicas().contains(id) && !p.reassigning())) {
                moves.away(id, others(now, member));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Once the coordinators have noticed that it is gone. */
    private static void forget(ClusterControl control, Member member)
            throws StartFailure, InterruptedException {
        long deadlineNanos = System.nanoTime() + FENCED.toNanos();
        for (; ; ) {
            Optional<String> why = refusal(control, member);
            if (why.isEmpty()
                    || control.image().filter(i -> i.node(member.id()).isEmpty()).isPresent()) {
                return;
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new StartFailure(
                        "%s is stopped and empty, but not forgotten: %s"
                                .formatted(member.name(), why.get()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static Optional<String> refusal(ClusterControl control, Member member) {
        try {
            return control.submit(new Command.UnregisterNode(member.id()))
                            instanceof CommandResult.Rejected rejected
                    ? Optional.of(rejected.message())
                    : Optional.empty();
        } catch (IllegalStateException e) { // an election, say
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
