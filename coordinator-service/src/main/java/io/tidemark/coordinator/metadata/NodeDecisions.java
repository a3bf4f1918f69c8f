package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.LeaderElection;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
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
        return Decision.change(
                new CommandResult.NodeRegistered(image.clusterId(), epoch, version),
                new Delta.NodeRegistered(node));
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
        List<Delta> deltas = new ArrayList<>();
        deltas.add(
                command.fenced()
                        ? new Delta.NodeFenced(node.id(), node.epoch())
                        : new Delta.NodeUnfenced(node.id(), node.epoch()));
        deltas.addAll(
                command.fenced()
                        ? LeaderElection.afterLoss(image, node.id())
                        : LeaderElection.afterReturn(image, node.id()));
        return new Decision(deltas, new CommandResult.Done(version));
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

    private static NodeImage current(int nodeId, long epoch, ClusterImage image) {
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
