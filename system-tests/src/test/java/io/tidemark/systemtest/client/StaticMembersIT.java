package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.GroupMembers.Member;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.Test;

/** Kafka's consumer as a static member (KIP-345). */
@SharedBroker
class StaticMembersIT {
    private final Broker broker;

    StaticMembersIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldComeBackToItsPartitionsWithoutARebalance() {
        String topic = newTopic(broker, 4);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member leader = members.add(topic, instance("a"));
            Member follower = members.add(topic, instance("b"));
            members.awaitPartitions(2, 2);
            Set<TopicPartition> before = Set.copyOf(follower.assignment());
            int assigned = leader.assigned.size();

            members.close(follower);
            Member back = members.add(topic, instance("b"));
            members.awaitPartitions(2, 2);

            assertThat(back.assignment()).isEqualTo(before);
            assertThat(leader.assigned).hasSize(assigned);
            assertThat(leader.revoked.stream().filter(set -> set.size() == 2)).isEmpty();
        }
    }

    @Test
    void shouldComeBackAsTheLeaderWithoutARebalance() {
        String topic = newTopic(broker, 4);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member leader = members.add(topic, instance("a"));
            members.awaitPartitions(4);
            Member follower = members.add(topic, instance("b"));
            members.awaitPartitions(2, 2);
            Set<TopicPartition> before = Set.copyOf(leader.assignment());
            int assigned = follower.assigned.size();

            members.close(leader);
            Member back = members.add(topic, instance("a"));
            members.awaitPartitions(2, 2);

            assertThat(back.assignment()).isEqualTo(before);
            assertThat(follower.assigned).hasSize(assigned);
        }
    }

    @Test
    void shouldFenceAMemberWhoseInstanceIdAnotherTakes() {
        String topic = newTopic(broker, 2);
        try (GroupMembers members = new GroupMembers(broker);
                GroupMembers others = new GroupMembers(broker, members.group())) {
            members.add(topic, instance("a"));
            members.awaitPartitions(2);

            others.add(topic, instance("a"));
            others.awaitPartitions(2);

            assertThatThrownBy(() -> members.await("it is fenced", () -> false))
                    .isInstanceOf(FencedInstanceIdException.class);
        }
    }

    @Test
    void shouldBeDescribedAndSentAwayByAnAdministrator() {
        String topic = newTopic(broker, 2);
        try (GroupMembers members = new GroupMembers(broker);
                Admin admin = Clients.admin(broker)) {
            members.add(topic, instance("a"));
            Member other = members.add(topic, instance("b"));
            members.awaitPartitions(1, 1);

            ConsumerGroupDescription described =
                    Objects.requireNonNull(
                            Clients.get(
                                            admin.describeConsumerGroups(List.of(members.group()))
                                                    .all())
                                    .get(members.group()));
            assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
            assertThat(described.partitionAssignor()).isEqualTo("range");
            assertThat(described.members())
                    .extracting(member -> member.groupInstanceId().orElse(""))
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(described.members())
                    .extracting(MemberDescription::assignment)
                    .allMatch(assignment -> assignment.topicPartitions().size() == 1);

            other.consumer.close();
            Clients.get(
                    admin.removeMembersFromConsumerGroup(
                                    members.group(),
                                    new RemoveMembersFromConsumerGroupOptions(
                                            Set.of(new MemberToRemove("b"))))
                            .all());
            members.forget(other);
            members.awaitPartitions(2);
        }
    }

    private static Map<String, Object> instance(String id) {
        return Map.of("group.instance.id", id, "heartbeat.interval.ms", 200);
    }
}
