package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.GroupMembers.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.junit.jupiter.api.Test;

/** Kafka's consumer in groups, by the classic protocol. */
@SharedBroker
class ClassicGroupIT {
    private static final Map<String, Object> COOPERATIVE =
            Map.of(
                    "partition.assignment.strategy",
                    CooperativeStickyAssignor.class.getName(),
                    "heartbeat.interval.ms",
                    200);
    private static final Map<String, Object> EAGER =
            Map.of(
                    "partition.assignment.strategy",
                    RangeAssignor.class.getName(),
                    "heartbeat.interval.ms",
                    200);

    private final Broker broker;

    ClassicGroupIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldGoOnWhereItCommitted() {
        String topic = newTopic(broker, 1);
        produce(topic, 10);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member first = members.add(topic, Map.of("max.poll.records", 4));
            members.awaitRecords(4);
            first.consumer.commitSync(
                    Map.of(partition(topic, 0), new OffsetAndMetadata(4, "four")));
            assertThat(first.consumer.committed(Set.of(partition(topic, 0))))
                    .containsEntry(partition(topic, 0), new OffsetAndMetadata(4, "four"));
            members.close(first);

            Member second = members.add(topic, Map.of());
            members.awaitRecords(6);

            assertThat(values(second)).containsExactly("v4", "v5", "v6", "v7", "v8", "v9");
        }
    }

    @Test
    void shouldLetHeartbeatsWaitForNewsAndNothingBehindThem() {
        String topic = newTopic(broker, 2);
        try (GroupMembers members = new GroupMembers(broker)) {
            Map<String, Object> settings = Map.of("heartbeat.interval.ms", 1_500);
            Member stays = members.add(topic, settings);
            Member leaves = members.add(topic, settings);
            members.awaitPartitions(1, 1);
            members.await(
                    "a heartbeat has waited until the next one came",
                    () -> metric(stays, "heartbeat-response-time-max") > 1_000);

            for (int i = 0; i < 10; i++) {
                stays.consumer.commitSync();
            }
            assertThat(metric(stays, "commit-latency-avg")).isLessThan(500);
            members.close(leaves);
            members.awaitPartitions(2);
        }
    }

    private static double metric(Member member, String name) {
        return member.consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .filter(metric -> metric.getKey().group().equals("consumer-coordinator-metrics"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldCommitWithoutWaiting() {
        String topic = newTopic(broker, 1);
        produce(topic, 10);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member member = members.add(topic, Map.of());
            members.awaitRecords(10);
            AtomicReference<Map<TopicPartition, OffsetAndMetadata>> committed =
                    new AtomicReference<>();
            List<Exception> failures = new ArrayList<>();

            member.consumer.commitAsync(
                    (offsets, failure) -> {
                        if (failure != null) {
                            failures.add(failure);
                        }
                        committed.set(offsets);
                    });
            members.await("the commit is answered", () -> committed.get() != null);

            assertThat(failures).isEmpty();
            assertThat(committed.get())
                    .extractingByKey(partition(topic, 0))
                    .extracting(OffsetAndMetadata::offset)
                    .isEqualTo(10L);
        }
    }

    @Test
    void shouldCommitByItselfWhenItIsClosed() {
        String topic = newTopic(broker, 1);
        produce(topic, 10);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member first = members.add(topic, Map.of("enable.auto.commit", "true"));
            members.awaitRecords(10);
            members.close(first);
            produce(topic, 1);

            Member second = members.add(topic, Map.of());
            members.awaitRecords(1);

            assertThat(second.records.getFirst().offset()).isEqualTo(10);
        }
    }

    @Test
    void shouldShareThePartitionsAndTakeOverThoseOfAMemberThatLeaves() {
        String topic = newTopic(broker, 6);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member first = members.add(topic, EAGER);
            members.awaitPartitions(6);
            Member second = members.add(topic, EAGER);
            Member third = members.add(topic, EAGER);
            members.awaitPartitions(2, 2, 2);
            assertThat(union(first, second, third)).hasSize(6);

            members.close(second);
            members.awaitPartitions(3, 3);

            assertThat(first.revoked.getFirst()).hasSize(6);
            assertThat(first.lost).isEmpty();
        }
    }

    @Test
    void shouldKeepPartitionsThroughACooperativeRebalance() {
        String topic = newTopic(broker, 6);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member first = members.add(topic, COOPERATIVE);
            members.awaitPartitions(6);

            members.add(topic, COOPERATIVE);
            members.awaitPartitions(3, 3);

            assertThat(first.revoked).hasSize(1);
            assertThat(first.revoked.getFirst()).hasSize(3);
            assertThat(first.lost).isEmpty();
            assertThat(first.assigned.getFirst()).hasSize(6);
            assertThat(first.assigned.stream().skip(1)).allMatch(Set::isEmpty);
        }
    }

    @Test
    void shouldReadEveryRecordOnceWhileMembersComeAndGo() {
        String topic = newTopic(broker, 4);
        Set<String> read = new HashSet<>();
        int[] repeated = {0};
        try (GroupMembers members = new GroupMembers(broker);
                Producer<String, String> producer = Clients.producer(broker, Map.of())) {
            List<Member> all = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>(topic, null, round + "-" + i));
                }
                producer.flush();
                if (round % 2 == 0) {
                    all.add(members.add(topic, round % 4 == 0 ? EAGER : upgrading()));
                } else if (all.size() > 1) {
                    Member gone = all.removeFirst();
                    gone.consumer.commitSync();
                    members.close(gone);
                }
                int expected = 100 * (round + 1);
                members.await(
                        expected + " records are read",
                        () -> {
                            for (Member member : all) {
                                for (ConsumerRecord<String, String> record : member.records) {
                                    repeated[0] += read.add(record.value()) ? 0 : 1;
                                }
                                member.records.clear();
                                if (!member.assignment().isEmpty()) {
                                    member.consumer.commitAsync();
                                }
                            }
                            return read.size() >= expected;
                        });
                all.forEach(member -> member.consumer.commitSync());
            }
        }
        assertThat(read).hasSize(600);
        assertThat(repeated[0]).as("records read again").isZero();
    }

    /** As an application that moves from eager to cooperative rebalances does. */
    private static Map<String, Object> upgrading() {
        return Map.of(
                "partition.assignment.strategy",
                List.of(CooperativeStickyAssignor.class.getName(), RangeAssignor.class.getName()),
                "heartbeat.interval.ms",
                200);
    }

    @Test
    void shouldPauseAndResumeWithinAGroup() {
        String topic = newTopic(broker, 1);
        produce(topic, 10);
        try (GroupMembers members = new GroupMembers(broker)) {
            Member member = members.add(topic, Map.of());
            members.awaitPartitions(1);
            member.consumer.seekToBeginning(member.assignment());
            member.consumer.pause(member.assignment());
            member.records.clear();
            assertThat(member.consumer.poll(Duration.ofMillis(500)).count()).isZero();

            member.consumer.resume(member.assignment());
            members.awaitRecords(10);

            assertThat(values(member)).hasSize(10);
        }
    }

    @Test
    void shouldSubscribeByPatternAndFindNewTopics() {
        String prefix = "p-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        try (GroupMembers members = new GroupMembers(broker);
                Admin admin = Clients.admin(broker);
                Consumer<String, String> consumer =
                        members.consumer(Map.of("metadata.max.age.ms", 500))) {
            create(admin, prefix + "a");
            consumer.subscribe(Pattern.compile(prefix + ".*"));
            awaitAssignment(consumer, 1);

            create(admin, prefix + "b");
            awaitAssignment(consumer, 2);
        }
    }

    @Test
    void shouldSendAwayAMemberThatDoesNotPoll() {
        String topic = newTopic(broker, 2);
        produce(topic, 4);
        try (GroupMembers members = new GroupMembers(broker)) {
            Consumer<String, String> slow =
                    members.consumer(
                            Map.of("max.poll.interval.ms", 1_500, "heartbeat.interval.ms", 200));
            slow.subscribe(List.of(topic));
            awaitAssignment(slow, 2);
            Member other = members.add(topic, EAGER);
            members.await("the other has all", () -> other.assignment().size() == 2);

            Map<TopicPartition, OffsetAndMetadata> taken =
                    Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1));
            assertThatThrownBy(() -> slow.commitSync(taken))
                    .isInstanceOf(CommitFailedException.class);
            slow.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Test
    void shouldRefuseAMemberWhoseAssignorTheOthersDoNotKnow() {
        String topic = newTopic(broker, 1);
        try (GroupMembers members = new GroupMembers(broker);
                Consumer<String, String> other =
                        members.consumer(
                                Map.of(
                                        "partition.assignment.strategy",
                                        RoundRobinAssignor.class.getName()))) {
            members.add(topic, EAGER);
            members.awaitPartitions(1);
            other.subscribe(List.of(topic));

            assertThatThrownBy(() -> awaitAssignment(other, 1))
                    .isInstanceOf(InconsistentGroupProtocolException.class);
        }
    }

    @Test
    void shouldRefuseASessionThatIsTooShort() {
        String topic = newTopic(broker, 1);
        try (GroupMembers members = new GroupMembers(broker);
                Consumer<String, String> consumer =
                        members.consumer(
                                Map.of("session.timeout.ms", 100, "heartbeat.interval.ms", 50))) {
            consumer.subscribe(List.of(topic));

            assertThatThrownBy(() -> awaitAssignment(consumer, 1))
                    .isInstanceOf(InvalidSessionTimeoutException.class);
        }
    }

    @Test
    void shouldTellGroupsOfTheSameTopicApart() {
        String topic = newTopic(broker, 1);
        produce(topic, 5);
        try (GroupMembers one = new GroupMembers(broker);
                GroupMembers two = new GroupMembers(broker)) {
            one.add(topic, Map.of());
            two.add(topic, Map.of());
            one.awaitRecords(5);
            two.awaitRecords(5);
        }
    }

    private static void awaitAssignment(Consumer<String, String> consumer, int partitions) {
        long deadline = System.nanoTime() + Clients.PATIENCE.toNanos();
        while (consumer.assignment().size() != partitions) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("assigned only " + consumer.assignment());
            }
            consumer.poll(Duration.ofMillis(100));
        }
    }

    private static void create(Admin admin, String topic) {
        Clients.get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    private void produce(String topic, int count) {
        try (Producer<String, String> producer = Clients.producer(broker, Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, null, "v" + i));
            }
        }
    }

    private static List<String> values(Member member) {
        return member.records.stream().map(ConsumerRecord::value).toList();
    }

    private static Set<TopicPartition> union(Member... members) {
        Set<TopicPartition> all = new HashSet<>();
        for (Member member : members) {
            all.addAll(member.assignment());
        }
        return all;
    }
}
