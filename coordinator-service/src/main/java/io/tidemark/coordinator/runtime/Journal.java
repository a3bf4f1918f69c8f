package io.tidemark.coordinator.runtime;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log what operators must be able to find in it: where records may be gone, and who
 * wanted that. Written by the coordinator that carried the command out.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private Journal() {}

    /**
     * @param image of after the command
     */
    static void tell(Command command, CommandResult result, ClusterImage image) {
        switch (command) {
            case Command.ElectLeaders elect -> elected(elect, result, image);
            case Command.ReplicasLost lost -> lost(lost, result, image);
            case Command.ReplicasFound found ->
                    LOG.info(
                            "Node {} has {} replicas back that counted as lost",
                            found.nodeId(),
                            found.partitions().size());
            case Command.SetNodeFenced session when session.fenced() ->
                    fenced(session.nodeId(), image);
            case Command.DrainNode drain when drain.draining() -> drained(drain.nodeId(), result);
            case Command.DrainInTurn drain -> drained(drain.nodeId(), result);
            case Command.Reassign reassign -> LOG.info("Reassigned: {}", reassign.reassignments());
            case Command.UnregisterNode node -> LOG.info("Node {} is forgotten", node.nodeId());
            default -> {}
        }
    }

    private static void elected(
            Command.ElectLeaders command, CommandResult result, ClusterImage image) {
        if (!(result instanceof CommandResult.PartitionsAltered altered)) {
            return;
        }
        for (PartitionOutcome outcome : altered.outcomes()) {
            Optional<PartitionImage> partition =
                    outcome.partition().filter(p -> outcome.error() == 0);
            partition.ifPresent(now -> elected(command, name(outcome, image), now));
        }
    }

    private static void elected(
            Command.ElectLeaders command, String name, PartitionImage partition) {
        switch (command.election()) {
            case UNCLEAN ->
                    LOG.warn(
                            "AUDIT unclean election: node {} leads {} in epoch {} though it may lack"
                                    + " acknowledged records, as {} asked",
                            partition.leader(),
                            name,
                            partition.leaderEpoch(),
                            command.askedBy());
            case PREFERRED ->
                    LOG.info(
                            "Node {}, the preferred leader, leads {} in epoch {}, as {} asked",
                            partition.leader(),
                            name,
                            partition.leaderEpoch(),
                            command.askedBy());
        }
    }

    private static void lost(
            Command.ReplicasLost command, CommandResult result, ClusterImage image) {
        if (!(result instanceof CommandResult.Done)) {
            return;
        }
        List<String> without =
                command.partitions().stream()
                        .filter(
                                id ->
                                        image.partition(id.topicId(), id.index())
                                                .filter(p -> p.isr().contains(command.nodeId()))
                                                .isPresent())
                        .map(id -> name(id.topicId(), id.index(), image))
                        .toList();
        LOG.warn(
                "Node {} has lost replicas of {} partitions: {}",
                command.nodeId(),
                command.partitions().size(),
                command.reason());
        if (!without.isEmpty()) {
            LOG.error(
                    "Nobody but node {} had the records of {}: it stays in their ISR",
                    command.nodeId(),
                    without);
        }
    }

    private static void fenced(int nodeId, ClusterImage image) {
        long leaderless =
                image.partitions()
                        .filter(partition -> partition.replicas().contains(nodeId))
                        .filter(partition -> partition.leader() == PartitionImage.NO_LEADER)
                        .count();
        if (leaderless > 0) {
            LOG.warn(
                    "{} partitions of node {}, which is fenced, have no leader",
                    leaderless,
                    nodeId);
        }
    }

    private static void drained(int nodeId, CommandResult result) {
        if (result instanceof CommandResult.Drained drained) {
            LOG.info(
                    "Node {} drains; it still leads {} partitions that nobody else can",
                    nodeId,
                    drained.leading());
        }
    }

    private static String name(PartitionOutcome outcome, ClusterImage image) {
        return name(outcome.topicId(), outcome.index(), image);
    }

    private static String name(Uuid topicId, int index, ClusterImage image) {
        return image.topic(topicId).map(topic -> topic.name()).orElse(topicId.toString())
                + "-"
                + index;
    }
}
