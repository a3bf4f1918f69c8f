package io.tidemark.coordinator.group;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.Uuid;

/**
 * What changes for good in a group: an entry of the coordinators' log holds a list of these, and
 * every coordinator applies them to its {@link GroupStates}. Nothing here decides anything.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GroupChange.OffsetsCommitted.class, name = "offsets"),
    @JsonSubTypes.Type(value = GroupChange.OffsetsRemoved.class, name = "offsetsRemoved"),
    @JsonSubTypes.Type(value = GroupChange.ClassicStored.class, name = "classic"),
    @JsonSubTypes.Type(value = GroupChange.ConsumerStored.class, name = "consumer"),
    @JsonSubTypes.Type(value = GroupChange.ConsumerMemberStored.class, name = "member"),
    @JsonSubTypes.Type(value = GroupChange.ConsumerMemberRemoved.class, name = "memberRemoved"),
    @JsonSubTypes.Type(value = GroupChange.MembershipRemoved.class, name = "membershipRemoved"),
    @JsonSubTypes.Type(value = GroupChange.GroupRemoved.class, name = "removed")
})
public sealed interface GroupChange {

    /** The group that changes; comes into being with its first change. */
    String group();

    /** Whether no other change of the same decision depends on it. */
    default boolean standsAlone() {
        return this instanceof OffsetsCommitted || this instanceof OffsetsRemoved;
    }

    /** Offsets were committed, or set by an administrator. */
    record OffsetsCommitted(String group, List<Offset> offsets) implements GroupChange {
        public OffsetsCommitted {
            offsets = List.copyOf(offsets);
        }
    }

    /** Offsets are forgotten: expired, deleted, or of a topic that is gone. */
    record OffsetsRemoved(String group, List<TopicPartition> partitions) implements GroupChange {
        public OffsetsRemoved {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * The classic protocol's membership, as it stands after a rebalance; replaces the one before.
     */
    record ClassicStored(String group, ClassicGroupState state) implements GroupChange {}

    /** What all members of a KIP-848 group share; replaces the one before, but not the members. */
    record ConsumerStored(String group, ConsumerGroupState state) implements GroupChange {}

    /** A member of a KIP-848 group as it is now. */
    record ConsumerMemberStored(String group, ConsumerMemberState member) implements GroupChange {}

    /** A member of a KIP-848 group is gone. */
    record ConsumerMemberRemoved(String group, String memberId) implements GroupChange {}

    /** The group has members of no protocol any more; its offsets stay. Precedes a conversion. */
    record MembershipRemoved(String group) implements GroupChange {}

    /** The group is gone, with its offsets. */
    record GroupRemoved(String group) implements GroupChange {}

    /** A partition by name. */
    record TopicPartition(String topic, int partition) {}

    /**
     * A committed offset.
     *
     * @param topicId the topic's incarnation it belongs to; {@link Uuid#ZERO_UUID} where unknown
     * @param expireMs wall clock from which on it may be forgotten, where the client has named a
     *     time; else the coordinators' retention holds
     * @param leaderEpoch of the last record consumed; -1 where unknown
     * @param metadata the consumer's own, at most {@code offset.metadata.max.bytes}
     * @param commitMs wall clock of the coordinator at the commit
     */
    record Offset(
            String topic,
            Uuid topicId,
            int partition,
            long offset,
            int leaderEpoch,
            String metadata,
            long commitMs,
            OptionalLong expireMs) {}

    /**
     * The classic protocol's membership.
     *
     * @param protocolType such as {@code consumer}; empty for a group that has none yet
     * @param protocol the chosen assignor; empty where there are no members
     * @param leader member id of the member that assigns; empty where there are no members
     * @param sinceMs wall clock of this state: from then on offsets of an empty group expire
     */
    record ClassicGroupState(
            int generation,
            String protocolType,
            String protocol,
            String leader,
            long sinceMs,
            List<ClassicMemberState> members) {
        public ClassicGroupState {
            members = List.copyOf(members);
        }
    }

    /**
     * A member of a classic group.
     *
     * @param protocols the assignors it knows, in its order, with its subscription for each
     * @param assignment what the leader gave it, as it gave it
     */
    record ClassicMemberState(
            String memberId,
            Optional<String> instanceId,
            String clientId,
            String clientHost,
            int sessionTimeoutMs,
            int rebalanceTimeoutMs,
            Map<String, byte[]> protocols,
            byte[] assignment) {}

    /**
     * What the members of a KIP-848 group share.
     *
     * @param groupEpoch grows with each change of members, subscriptions or topics
     * @param assignmentEpoch the group epoch that the target assignment was computed for
     * @param topicsHash of the subscribed topics as the target was computed from them: another hash
     *     means that topics have come, gone or grown
     * @param target partitions by topic id, by member id
     * @param sinceMs wall clock of the last change: from then on offsets of an empty group expire
     */
    record ConsumerGroupState(
            int groupEpoch,
            int assignmentEpoch,
            String assignor,
            long topicsHash,
            Map<String, Map<Uuid, List<Integer>>> target,
            long sinceMs) {}

    /**
     * A member of a KIP-848 group.
     *
     * @param memberEpoch the epoch it has acknowledged
     * @param previousEpoch the one before, so that a lost response may be asked for again
     * @param regex of topic names, RE2 syntax; empty for none
     * @param assigned partitions by topic id that it owns
     * @param revoking partitions by topic id that it must give up before it gets others
     * @param heldSince the same partitions, by the epoch since which it has had them; those that
     *     are in none, it has had since its epoch
     * @param classic of a member that speaks the classic protocol in this group; empty for others
     */
    record ConsumerMemberState(
            String memberId,
            Optional<String> instanceId,
            Optional<String> rackId,
            String clientId,
            String clientHost,
            int rebalanceTimeoutMs,
            List<String> topics,
            String regex,
            Optional<String> assignor,
            int memberEpoch,
            int previousEpoch,
            Map<Uuid, List<Integer>> assigned,
            Map<Uuid, List<Integer>> revoking,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<Integer, Map<Uuid, List<Integer>>> heldSince,
            Optional<ClassicMemberState> classic) {
        public ConsumerMemberState {
            topics = List.copyOf(topics);
        }
    }
}
