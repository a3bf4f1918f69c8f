package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.LeaderElection;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes come and go.
 *
 * <pre>
 *   (unknown) --register--> fenced --first heartbeat--> active
 *                             ^                           |
 *                             +------ session lost -------+
 *   fenced --register (new incarnation)--> fenced, with a new epoch
 *   active --register (new incarnation)--> refused: the id is taken by a living process
 *   any    --drain--> draining as well: until it takes that back, or registers anew
 *   fenced, without replicas --unregister--> (unknown)
 * </pre>
 */
final class NodeDecisions {
    /** As many producer ids as Kafka gives a broker at a time. */
    private static final int PRODUCER_ID_BLOCK = 1_000;

    private NodeDecisions() {}

    static Decision register(Command.RegisterNode command, ClusterImage image, long version) {
        check(command, image);
        Optional<NodeImage> known = image.node(command.nodeId());
        boolean sameProcess =
                known.filter(node -> node.incarnation().equals(command.incarnation())).isPresent();
        if (known.isPresent() && !sameProcess && !known.get().fenced()) {
            throw new Rejection(
                    ErrorCode.DUPLICATE_BROKER_REGISTRATION,
                    "Node id "
                            + command.nodeId()
                            + " is taken by a living process at "
                            + address(known.get())
                            + "; give every node an id of its own");
        }
        long epoch = sameProcess ? known.get().epoch() : version;
        NodeImage node =
                new NodeImage(
                        command.nodeId(),
                        epoch,
                        command.incarnation(),
                        command.listeners(),
                        command.rack(),
                        command.logDirs(),
                        !sameProcess || known.get().fenced(),
                        sameProcess && known.get().draining());
        if (known.filter(node::equals).isPresent()) {
            return Decision.unchanged(
                    new CommandResult.NodeRegistered(image.clusterId(), epoch, image.version()));
        }
        Delta registered = new Delta.NodeRegistered(node);
        List<Delta> lost =
                known.isPresent() && !sameProcess
                        ? lost(command, known.get(), image.apply(version, registered))
                        : List.of();
        return decision(
                new CommandResult.NodeRegistered(image.clusterId(), epoch, version),
                registered,
                lost);
    }

    /**
     * What the node no longer has. Nobody knows which partitions were in a directory that is
     * missing, or replaced by a new one, so it counts as holding none; nor does anybody know
     * whether a crash took the machine's memory with it.
     */
    private static List<Delta> lost(
            Command.RegisterNode command, NodeImage before, ClusterImage after) {
        if (!command.logDirs().containsAll(before.logDirs())) {
            return LeaderElection.afterWipe(after, command.nodeId());
        }
        return command.clean()
                ? List.of()
                : LeaderElection.afterCrash(
                        after,
                        command.nodeId(),
                        topic -> isUnsynced(after, topic, command.nodeId()));
    }

    /** Whether records are acknowledged there before they are on disk. */
    private static boolean isUnsynced(ClusterImage image, TopicImage topic, int nodeId) {
        return EffectiveConfigs.ofTopic(image, topic, nodeId, Map.of())
                .getString(TopicConfigs.FLUSH)
                .equals("os");
    }

    private static void check(Command.RegisterNode command, ClusterImage image) {
        if (image.clusterId().isEmpty()) {
            throw new Rejection(
                    ErrorCode.NOT_CONTROLLER, "The cluster is being set up; register again");
        }
        command.clusterId()
                .filter(folder -> !folder.equals(image.clusterId()))
                .ifPresent(
                        folder -> {
                            throw new Rejection(
                                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                                    "The data folder of node "
                                            + command.nodeId()
                                            + " belongs to cluster "
                                            + folder
                                            + ", but this is cluster "
                                            + image.clusterId());
                        });
        if (command.nodeId() < 0) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid node id " + command.nodeId() + ": must be at least 0");
        }
        if (command.listeners().isEmpty()) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "Node " + command.nodeId() + " advertises no listener");
        }
    }

    static Decision setFenced(Command.SetNodeFenced command, ClusterImage image, long version) {
        NodeImage node = current(command.nodeId(), command.epoch(), image);
        if (node.fenced() == command.fenced()) {
            return Decision.unchanged(new CommandResult.Done(image.version()));
        }
        Delta changed =
                command.fenced()
                        ? new Delta.NodeFenced(node.id(), node.epoch())
                        : new Delta.NodeUnfenced(node.id(), node.epoch());
        ClusterImage after = image.apply(version, changed);
        return decision(
                new CommandResult.Done(version),
                changed,
                command.fenced()
                        ? LeaderElection.afterLoss(after, node.id())
                        : LeaderElection.afterReturn(after, node.id()));
    }

    static Decision drain(Command.DrainNode command, ClusterImage image, long version) {
        NodeImage node = current(command.nodeId(), command.nodeEpoch(), image);
        List<Delta> deltas = new ArrayList<>();
        if (node.draining() != command.draining()) {
            deltas.add(new Delta.NodeDraining(node.id(), node.epoch(), command.draining()));
        }
        if (command.draining()) {
            ClusterImage draining = deltas.isEmpty() ? image : image.apply(version, deltas);
            deltas.addAll(LeaderElection.afterDrain(draining, node.id()));
        }
        return deltas.isEmpty()
                ? Decision.unchanged(
                        new CommandResult.Drained(leading(node.id(), image), image.version()))
                : new Decision(
                        deltas,
                        new CommandResult.Drained(
                                leading(node.id(), image.apply(version, deltas)), version));
    }

    private static int leading(int nodeId, ClusterImage image) {
        return (int) image.partitions().filter(partition -> partition.leader() == nodeId).count();
    }

    static Decision unregister(Command.UnregisterNode command, ClusterImage image, long version) {
        int id = command.nodeId();
        NodeImage node =
                image.node(id)
                        .orElseThrow(
                                () ->
                                        new Rejection(
                                                ErrorCode.BROKER_ID_NOT_REGISTERED,
                                                "There is no node with id " + id));
        if (!node.fenced()) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "Node " + id + " at " + address(node) + " is running: stop it first");
        }
        long replicas = image.partitions().filter(p -> p.replicas().contains(id)).count();
        if (replicas > 0) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "Node "
                            + id
                            + " still has replicas of "
                            + replicas
                            + " partitions: reassign them first");
        }
        return Decision.change(new CommandResult.Done(version), new Delta.NodeUnregistered(id));
    }

    private static Decision decision(CommandResult result, Delta first, List<Delta> others) {
        List<Delta> deltas = new ArrayList<>(List.of(first));
        deltas.addAll(others);
        return new Decision(deltas, result);
    }

    static Decision allocate(Command.AllocateProducerIds command, ClusterImage image) {
        current(command.nodeId(), command.epoch(), image);
        long first = image.nextProducerId();
        if (first > Long.MAX_VALUE - PRODUCER_ID_BLOCK) {
            throw new Rejection(ErrorCode.UNKNOWN_SERVER_ERROR, "All producer ids are used up");
        }
        return Decision.change(
                new CommandResult.ProducerIds(first, PRODUCER_ID_BLOCK),
                new Delta.ProducerIdsAllocated(first + PRODUCER_ID_BLOCK));
    }

    /** The node, where this is its epoch; or a rejection. */
    static NodeImage current(int nodeId, long epoch, ClusterImage image) {
        return image.node(nodeId)
                .filter(node -> node.epoch() == epoch)
                .orElseThrow(
                        () ->
                                new Rejection(
                                        ErrorCode.STALE_BROKER_EPOCH,
                                        "Epoch "
                                                + epoch
                                                + " of node "
                                                + nodeId
                                                + " is not current: "
                                                + image.node(nodeId)
                                                        .map(node -> "it is " + node.epoch())
                                                        .orElse("the node is not registered")));
    }

    private static String address(NodeImage node) {
        return node.listeners().stream()
                .findFirst()
                .map(listener -> listener.host() + ":" + listener.port())
                .orElse("an unknown address");
    }
}
