package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;

/**
 * Turns classic groups of consumers into KIP-848 groups and back. A member keeps what it has both
 * ways, and its generation is its member epoch: those that lag behind the group join anew.
 */
final class Conversion {
    private static final byte[] NOTHING = {};

    private Conversion() {}

    /** Why the group cannot become a KIP-848 group; empty where it can. */
    static Optional<String> refusal(ClassicGroupState classic, int maxSize) {
        if (!classic.protocolType().equals(ConsumerProtocol.TYPE)) {
            return Optional.of(
                    "its protocol type is '" + classic.protocolType() + "', not 'consumer'");
        }
        if (classic.members().size() >= maxSize) {
            return Optional.of("it has " + classic.members().size() + " members already");
        }
        for (ClassicMemberState member : classic.members()) {
            if (subscription(member, classic.protocol()).isEmpty()) {
                return Optional.of(
                        "the subscription of member " + member.memberId() + " cannot be read");
            }
            if (usesOwnAssignor(member)) {
                return Optional.of(
                        "the assignment of member "
                                + member.memberId()
                                + " comes from a custom assignor");
            }
        }
        return Optional.empty();
    }

    /** What such an assignor tells its members besides partitions would be lost. */
    private static boolean usesOwnAssignor(ClassicMemberState member) {
        if (member.assignment().length == 0) {
            return false;
        }
        Optional<ConsumerProtocolAssignment> assignment =
                ConsumerProtocol.assignment(member.assignment());
        return assignment.isEmpty()
                || (assignment.get().userData() != null
                        && assignment.get().userData().hasRemaining());
    }

    private static Optional<ConsumerProtocolSubscription> subscription(
            ClassicMemberState member, String protocol) {
        byte[] bytes = member.protocols().get(protocol);
        return bytes == null ? firstSubscription(member) : ConsumerProtocol.subscription(bytes);
    }

    /** What the member wants, by the assignor it likes most. */
    static Optional<ConsumerProtocolSubscription> firstSubscription(ClassicMemberState member) {
        return member.protocols().values().stream()
                .findFirst()
                .flatMap(ConsumerProtocol::subscription);
    }

    /** The same members, with what they have, speaking the classic protocol on. */
    static ConsumerGroup toConsumer(String id, ClassicGroupState classic, GroupWorld world) {
        ClusterImage image = world.image().get();
        PartitionSet taken = PartitionSet.none();
        List<Member> members = new ArrayList<>();
        for (ClassicMemberState member : classic.members()) {
            PartitionSet assigned = assigned(member, image).minus(taken);
            taken = taken.plus(assigned);
            members.add(
                    new Member(
                            member.memberId(),
                            subscribed(member, classic.protocol()),
                            classic.generation(),
                            classic.generation(),
                            assigned,
                            PartitionSet.none(),
                            HeldSince.nothing().having(assigned, classic.generation()),
                            Optional.of(withoutAssignment(member))));
        }
        return ConsumerGroup.of(id, classic.generation(), members, world.clock().wallMs());
    }

    private static PartitionSet assigned(ClassicMemberState member, ClusterImage image) {
        PartitionSet.Builder assigned = new PartitionSet.Builder();
        ConsumerProtocol.assignment(member.assignment())
                .ifPresent(
                        assignment ->
                                assignment
                                        .assignedPartitions()
                                        .forEach(
                                                topic ->
                                                        addExisting(
                                                                assigned,
                                                                topic.topic(),
                                                                topic.partitions(),
                                                                image)));
        return assigned.build();
    }

    /** What the member says it has; nothing for an eager one. */
    static PartitionSet held(ConsumerProtocolSubscription subscription, ClusterImage image) {
        PartitionSet.Builder held = new PartitionSet.Builder();
        subscription
                .ownedPartitions()
                .forEach(topic -> addExisting(held, topic.topic(), topic.partitions(), image));
        return held.build();
    }

    private static void addExisting(
            PartitionSet.Builder into,
            String name,
            Collection<Integer> partitions,
            ClusterImage image) {
        image.topic(name)
                .ifPresent(
                        topic ->
                                partitions.stream()
                                        .filter(index -> topic.partition(index).isPresent())
                                        .forEach(index -> into.add(topic.id(), index)));
    }

    private static Subscription subscribed(ClassicMemberState member, String protocol) {
        return subscribed(
                member,
                subscription(member, protocol).orElseGet(ConsumerProtocolSubscription::new));
    }

    /** The subscription of a member that speaks the classic protocol. */
    static Subscription subscribed(
            ClassicMemberState member, ConsumerProtocolSubscription subscription) {
        return new Subscription(
                member.instanceId(),
                Optional.ofNullable(subscription.rackId()),
                member.clientId(),
                member.clientHost(),
                member.rebalanceTimeoutMs(),
                List.copyOf(new TreeSet<>(subscription.topics())),
                "",
                Optional.empty());
    }

    /** The assignment stands in the member's partitions instead. */
    private static ClassicMemberState withoutAssignment(ClassicMemberState member) {
        return withAssignment(member, NOTHING);
    }

    private static ClassicMemberState withAssignment(ClassicMemberState member, byte[] bytes) {
        return new ClassicMemberState(
                member.memberId(),
                member.instanceId(),
                member.clientId(),
                member.clientHost(),
                member.sessionTimeoutMs(),
                member.rebalanceTimeoutMs(),
                member.protocols(),
                bytes);
    }

    /** A group that only has members of the classic protocol, as a classic one. */
    static ClassicGroupState toClassic(ConsumerGroup group, GroupWorld world) {
        ClusterImage image = world.image().get();
        List<ClassicMemberState> members = new ArrayList<>();
        for (Member member : group.members()) {
            member.classic()
                    .ifPresent(
                            classic ->
                                    members.add(
                                            withAssignment(
                                                    classic,
                                                    assignment(member.owned(), classic, image))));
        }
        return new ClassicGroupState(
                group.epoch(),
                ConsumerProtocol.TYPE,
                commonProtocol(members),
                members.getFirst().memberId(),
                world.clock().wallMs(),
                members);
    }

    /** An assignor that all know, the first member's favourite. */
    private static String commonProtocol(List<ClassicMemberState> members) {
        List<String> known = List.copyOf(members.getFirst().protocols().keySet());
        return known.stream()
                .filter(
                        name ->
                                members.stream()
                                        .allMatch(member -> member.protocols().containsKey(name)))
                .findFirst()
                .orElse(known.getFirst());
    }

    /** The partitions as the member reads them, in the version that it writes itself. */
    static byte[] assignment(
            PartitionSet partitions, ClassicMemberState classic, ClusterImage image) {
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
        partitions
                .toMap()
                .forEach(
                        (topic, indexes) ->
                                image.topic(topic)
                                        .ifPresent(
                                                named ->
                                                        assignment
                                                                .assignedPartitions()
                                                                .add(
                                                                        new ConsumerProtocolAssignment
                                                                                        .TopicPartition()
                                                                                .setTopic(
                                                                                        named
                                                                                                .name())
                                                                                .setPartitions(
                                                                                        indexes))));
        short version =
                classic.protocols().values().stream()
                        .findFirst()
                        .flatMap(ConsumerProtocol::version)
                        .orElse((short) 0);
        return ConsumerProtocol.write(
                assignment,
                (short)
                        Math.clamp(
                                version, 0, ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION));
    }
}
