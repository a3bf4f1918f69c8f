package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.IsrChange;
import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;

/** Leaders and nodes tell which replicas have the records. */
final class ReplicaDecisions {
    private ReplicaDecisions() {}

    static Decision alterIsr(Command.AlterIsr command, ClusterImage image, long version) {
        NodeImage leader = NodeDecisions.current(command.nodeId(), command.nodeEpoch(), image);
        PartitionChanges changes = new PartitionChanges(image);
        for (IsrChange change : command.changes()) {
            changes.decide(
                    new PartitionId(change.topicId(), change.index()),
                    (now, topic) -> {
                        checkBasis(change, now, leader.id());
                        List<Integer> isr = change.isr().stream().map(IsrMember::nodeId).toList();
                        checkMembers(change.isr(), isr, now, leader.id(), image);
                        return changes.next(now, topic).alterIsr(isr).build();
                    });
        }
        return changes.decision(version);
    }

    private static void checkBasis(IsrChange change, PartitionImage now, int sender) {
        if (now.leader() != sender || now.leaderEpoch() != change.leaderEpoch()) {
            throw new Rejection(
                    ErrorCode.FENCED_LEADER_EPOCH,
                    "Node "
                            + sender
                            + " does not lead in epoch "
                            + change.leaderEpoch()
                            + ": the leader is "
                            + now.leader()
                            + " in epoch "
                            + now.leaderEpoch());
        }
        if (now.partitionEpoch() != change.partitionEpoch()) {
            throw new Rejection(
                    ErrorCode.INVALID_UPDATE_VERSION,
                    "The change is based on partition epoch "
                            + change.partitionEpoch()
                            + ", which is "
                            + now.partitionEpoch()
                            + " by now");
        }
    }

    /** A member that is in the ISR already may stay while it drains; none may come. */
    private static void checkMembers(
            List<IsrMember> members,
            List<Integer> isr,
            PartitionImage now,
            int leader,
            ClusterImage image) {
        if (!isr.contains(leader) || isr.stream().distinct().count() != isr.size()) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "The ISR " + isr + " must name the leader " + leader + ", and each node once");
        }
        for (IsrMember member : members) {
            boolean eligible =
                    now.replicas().contains(member.nodeId())
                            && image.node(member.nodeId())
                                    .filter(node -> node.epoch() == member.nodeEpoch())
                                    .filter(
                                            node ->
                                                    node.live()
                                                            || !node.fenced()
                                                                    && now.isr()
                                                                            .contains(node.id()))
                                    .isPresent();
            if (!eligible) {
                throw new Rejection(
                        ErrorCode.INELIGIBLE_REPLICA,
                        "Node "
                                + member.nodeId()
                                + " with epoch "
                                + member.nodeEpoch()
                                + " cannot join the ISR: it must be a replica, and live in that"
                                + " epoch");
            }
        }
    }

    static Decision lost(Command.ReplicasLost command, ClusterImage image, long version) {
        NodeDecisions.current(command.nodeId(), command.nodeEpoch(), image);
        PartitionChanges changes = new PartitionChanges(image);
        for (PartitionId id : command.partitions()) {
            changes.decide(
                    id,
                    (now, topic) ->
                            changes.next(now, topic).forget(command.nodeId(), true).build());
        }
        List<Delta> deltas = changes.deltas();
        return new Decision(
                deltas, new CommandResult.Done(deltas.isEmpty() ? image.version() : version));
    }

    static Decision found(Command.ReplicasFound command, ClusterImage image, long version) {
        NodeDecisions.current(command.nodeId(), command.nodeEpoch(), image);
        PartitionChanges changes = new PartitionChanges(image);
        for (PartitionId id : command.partitions()) {
            changes.decide(
                    id, (now, topic) -> changes.next(now, topic).recall(command.nodeId()).build());
        }
        List<Delta> deltas = changes.deltas();
        return new Decision(
                deltas, new CommandResult.Done(deltas.isEmpty() ? image.version() : version));
    }
}
