package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.NextPartition;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.Command.Reassignment;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Replicas move (KIP-455).
 *
 * <pre>
 *   settled      --target-->  reassigning   replicas = target, then those that go
 *   reassigning  --all of the target in sync-->  settled on the target
 *   reassigning  --another target-->  reassigning from what it was before to that
 *   reassigning  --cancel-->  settled on what it was before
 * </pre>
 */
final class ReassignDecisions {
    private ReassignDecisions() {}

    static Decision reassign(Command.Reassign command, ClusterImage image, long version) {
        PartitionChanges changes = new PartitionChanges(image);
        for (Reassignment asked : command.reassignments()) {
            changes.decide(
                    new PartitionId(asked.topicId(), asked.index()),
                    (now, topic) -> {
                        NextPartition next = changes.next(now, topic);
                        return asked.replicas().isPresent()
                                ? towards(asked.replicas().get(), now, topic, next, image)
                                : cancelled(now, topic, next);
                    });
        }
        return changes.decision(version);
    }

    private static PartitionImage towards(
            List<Integer> target,
            PartitionImage now,
            TopicImage topic,
            NextPartition next,
            ClusterImage image) {
        check(target, image);
        List<Integer> settled = without(now.replicas(), now.adding());
        List<Integer> removing = without(settled, target);
        List<Integer> replicas = new ArrayList<>(target);
        replicas.addAll(removing);
        return checked(
                next.assign(replicas, without(target, settled), removing).completeReassignment(),
                now,
                topic);
    }

    private static PartitionImage cancelled(
            PartitionImage now, TopicImage topic, NextPartition next) {
        if (!now.reassigning()) {
            throw new Rejection(
                    ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                    topic.name() + "-" + now.index() + " is not being reassigned");
        }
        List<Integer> settled = without(now.replicas(), now.adding());
        return checked(next.assign(settled, List.of(), List.of()), now, topic);
    }

    private static PartitionImage checked(
            NextPartition next, PartitionImage now, TopicImage topic) {
        PartitionImage decided = next.build();
        if (!next.staysAsSafe()) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    ("%s-%d would have too few replicas in sync to acknowledge:"
                                    + " of the ISR %s there would be left %s")
                            .formatted(topic.name(), now.index(), now.isr(), decided.isr()));
        }
        return decided;
    }

    private static void check(List<Integer> target, ClusterImage image) {
        if (target.isEmpty() || new HashSet<>(target).size() != target.size()) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "The assignment " + target + " must name at least one node, and each once");
        }
        target.stream()
                .filter(id -> image.node(id).isEmpty())
                .findFirst()
                .ifPresent(
                        id -> {
                            throw new Rejection(
                                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                                    "Node " + id + " is not registered");
                        });
    }

    private static List<Integer> without(List<Integer> ids, List<Integer> left) {
        return ids.stream().filter(id -> !left.contains(id)).toList();
    }
}
