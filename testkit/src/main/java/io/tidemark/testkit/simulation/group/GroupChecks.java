package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupStates.Stored;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;

/**
 * What must hold of groups, after each entry of the log and at each answer: generations only grow
 * (but for a group that begins anew), a partition has one owner in each, and what is committed
 * stays and never goes back.
 */
final class GroupChecks {
    private final GroupStates truth = new GroupStates();
    private final Map<String, Integer> generations = new HashMap<>();
    private final Map<String, Long> committed = new HashMap<>();
    private long acknowledged;
    private boolean calm;

    /** A commit's metadata: who committed, in which generation. */
    static String metadata(String member, int generation) {
        return generation + ":" + member;
    }

    /** From now on nothing happens but that another coordinator leads: members stay members. */
    void expectCalm() {
        calm = true;
    }

    /**
     * A member is told that it is none.
     *
     * @param settled whether it had its place in the group
     */
    void expelled(GroupClient member, ErrorCode error, boolean settled) {
        if (calm && settled) {
            throw violated("%s lost its place though it is well: %s", member, error);
        }
    }

    /** An entry is in the log. */
    void logged(List<GroupChange> entry) {
        truth.apply(entry);
        entry.forEach(this::check);
        if (entry.stream().anyMatch(change -> !(change instanceof GroupChange.OffsetsCommitted))) {
            Set<String> changed =
                    entry.stream().map(GroupChange::group).collect(Collectors.toSet());
            truth.forEach(
                    group -> {
                        if (changed.contains(group.id())) {
                            check(group);
                        }
                    });
        }
    }

    private void check(GroupChange change) {
        if (change instanceof GroupChange.MembershipRemoved
                || change instanceof GroupChange.GroupRemoved) {
            generations.remove(change.group());
        } else if (change instanceof GroupChange.OffsetsCommitted commit) {
            for (GroupChange.Offset offset : commit.offsets()) {
                String key = key(commit.group(), offset.topic(), offset.partition());
                long before = committed.getOrDefault(key, -1L);
                if (offset.offset() < before) {
                    throw violated(
                            "a committed offset goes back: %s from %d to %d by %s",
                            key, before, offset.offset(), offset.metadata());
                }
                committed.put(key, offset.offset());
            }
        }
    }

    private void check(Stored group) {
        group.classic().ifPresent(state -> generation(group.id(), state.generation()));
        group.consumer().ifPresent(state -> generation(group.id(), state.groupEpoch()));
        if (group.classic().isPresent()) {
            Set<TopicPartition> owned = new HashSet<>();
            for (GroupChange.ClassicMemberState member : group.classic().get().members()) {
                for (TopicPartition partition : assigned(member)) {
                    if (!owned.add(partition)) {
                        throw violated("%s has two owners in %s", partition, group.id());
                    }
                }
            }
        }
        Set<String> owned = new HashSet<>();
        for (ConsumerMemberState member : group.members()) {
            own(group, member, member.assigned(), owned);
            own(group, member, member.revoking(), owned);
        }
    }

    private static void own(
            Stored group,
            ConsumerMemberState member,
            Map<Uuid, List<Integer>> partitions,
            Set<String> owned) {
        partitions.forEach(
                (topic, indexes) -> {
                    for (int index : indexes) {
                        if (!owned.add(topic + "-" + index)) {
                            throw violated(
                                    "%s-%d has two owners in %s, one of them %s",
                                    topic, index, group.id(), member.memberId());
                        }
                    }
                });
    }

    private static Set<TopicPartition> assigned(GroupChange.ClassicMemberState member) {
        Set<TopicPartition> partitions = new HashSet<>();
        ConsumerProtocol.assignment(member.assignment())
                .ifPresent(
                        assignment -> {
                            for (ConsumerProtocolAssignment.TopicPartition topic :
                                    assignment.assignedPartitions()) {
                                topic.partitions()
                                        .forEach(
                                                p ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        topic.topic(), p)));
                            }
                        });
        return partitions;
    }

    private void generation(String group, int generation) {
        Integer before = generations.put(group, generation);
        if (before != null && generation < before) {
            throw violated("the generation of %s falls from %d to %d", group, before, generation);
        }
    }

    /** A member was told that its commit is stored. */
    void acknowledged(String group, String topic, int partition, long offset) {
        acknowledged++;
        if (committed(group, topic, partition) < offset) {
            throw violated(
                    "an acknowledged commit is not in the log: %s, %d, but %d",
                    key(group, topic, partition), offset, committed(group, topic, partition));
        }
    }

    /** The offset that the log has; -1 for none. */
    long committed(String group, String topic, int partition) {
        return committed.getOrDefault(key(group, topic, partition), -1L);
    }

    /**
     * A member was told an offset.
     *
     * @param before what the log had when it asked
     */
    void read(String group, String topic, int partition, long offset, long before) {
        if (offset < before) {
            throw violated(
                    "a committed offset is lost: %s is %d, was %d",
                    key(group, topic, partition), offset, before);
        }
    }

    /** Of all groups as the log has them. */
    long stateHash() {
        return truth.stateHash();
    }

    long acknowledged() {
        return acknowledged;
    }

    private static String key(String group, String topic, int partition) {
        return group + " " + topic + "-" + partition;
    }

    static AssertionError violated(String format, Object... arguments) {
        return new AssertionError(format.formatted(arguments));
    }
}
