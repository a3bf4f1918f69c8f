package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.PATIENCE;
import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.poll;
import static io.tidemark.systemtest.client.Clients.producer;
import static io.tidemark.systemtest.client.GroupReader.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Kafka's own consumer with {@code group.protocol=consumer} (KIP-848). */
@SharedBroker
class ConsumerProtocolIT {
    private final Broker broker;

    ConsumerProtocolIT(Broker broker) {
        this.broker = broker;
    }

    private static String newGroup() {
        return "g-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private void produce(String topic, int partitions, int from, int to) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, i % partitions, "", "" + i));
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(condition::getAsBoolean);
    }

    private GroupReader reader(Map<String, Object> settings, String topic, Set<String> seen) {
        return GroupReader.start(
                broker,
                settings,
                (consumer, listener) -> consumer.subscribe(List.of(topic), listener),
                record -> seen.add(record.value()));
    }

    @Test
    void shouldReadWhatIsSubscribedToAndResumeWhereItCommitted() {
        // Given
        String topic = newTopic(broker, 2);
        String group = newGroup();
        produce(topic, 2, 0, 100);

        // When
        try (Consumer<String, String> consumer =
                Clients.consumer(broker, member(group, "consumer"))) {
            consumer.subscribe(List.of(topic));
            poll(consumer, 100);
            consumer.commitSync(
                    Map.of(
                            partition(topic, 0), new OffsetAndMetadata(50, "half"),
                            partition(topic, 1), new OffsetAndMetadata(20)));
            assertThat(consumer.committed(Set.of(partition(topic, 0))).get(partition(topic, 0)))
                    .isEqualTo(new OffsetAndMetadata(50, "half"));
            consumer.unsubscribe();
        }

        // Then
        Map<String, Object> strict = member(group, "consumer");
        strict.put("auto.offset.reset", "none");
        try (Consumer<String, String> consumer = Clients.consumer(broker, strict)) {
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 30))
                    .allSatisfy(
                            record -> {
                                assertThat(record.partition()).isEqualTo(1);
                                assertThat(record.offset()).isGreaterThanOrEqualTo(20);
                            });
        }
    }

    @Test
    void shouldShareATopicAmongMembersAndSaySo() {
        // Given
        String topic = newTopic(broker, 6);
        String group = newGroup();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (GroupReader first = reader(member(group, "consumer"), topic, seen)) {
            await("all partitions", () -> first.assigned().size() == 6);

            // When
            try (GroupReader second = reader(member(group, "consumer"), topic, seen)) {
                await(
                        "an equal share",
                        () -> first.assigned().size() == 3 && second.assigned().size() == 3);
                produce(topic, 6, 0, 600);
                await("all records", () -> seen.size() == 600);

                // Then
                List<String> events = first.events();
                if (events.getFirst().equals("assigned 0")) {
                    // The client was told its partitions before it knew their topic's name.
                    events = events.subList(1, events.size());
                }
                assertThat(events).containsExactly("assigned 6", "revoked 3", "assigned 0");
                try (Admin admin = Clients.admin(broker)) {
                    await(
                            "a stable group",
                            () -> describe(admin, group).groupState() == GroupState.STABLE);
                    ConsumerGroupDescription described = describe(admin, group);
                    assertThat(described.type()).isEqualTo(GroupType.CONSUMER);
                    assertThat(described.partitionAssignor()).isEqualTo("uniform");
                    assertThat(described.members())
                            .hasSize(2)
                            .allSatisfy(
                                    member ->
                                            assertThat(member.assignment().topicPartitions())
                                                    .hasSize(3));
                    assertThat(get(admin.listGroups().all()))
                            .anySatisfy(
                                    listed -> {
                                        assertThat(listed.groupId()).isEqualTo(group);
                                        assertThat(listed.type()).contains(GroupType.CONSUMER);
                                        assertThat(listed.groupState()).contains(GroupState.STABLE);
                                    });
                }
            }
            await("what the other had", () -> first.assigned().size() == 6);
        }
    }

    private static ConsumerGroupDescription describe(Admin admin, String group) {
        return Objects.requireNonNull(
                get(admin.describeConsumerGroups(List.of(group)).all()).get(group));
    }

    @Test
    void shouldFollowAPatternAndTopicsThatGrow() {
        // Given
        String prefix = "p-" + UUID.randomUUID().toString().substring(0, 8);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (Admin admin = Clients.admin(broker);
                GroupReader reader =
                        GroupReader.start(
                                broker,
                                member(newGroup(), "consumer"),
                                (consumer, listener) ->
                                        consumer.subscribe(
                                                new SubscriptionPattern(prefix + "-[ab]"),
                                                listener),
                                record -> seen.add(record.value()))) {
            // When
            get(
                    admin.createTopics(
                                    List.of(
                                            new NewTopic(prefix + "-a", 1, (short) 1),
                                            new NewTopic(prefix + "-b", 1, (short) 1),
                                            new NewTopic(prefix + "-c", 1, (short) 1)))
                            .all());

            // Then
            await("both topics", () -> reader.assigned().size() == 2);
            produce(prefix + "-b", 1, 0, 10);
            await("the records", () -> seen.size() == 10);

            // When
            get(admin.createPartitions(Map.of(prefix + "-a", NewPartitions.increaseTo(3))).all());

            // Then
            await("the new partitions", () -> reader.assigned().size() == 4);

            // When
            get(admin.deleteTopics(List.of(prefix + "-b")).all());

            // Then
            await("the deletion", () -> reader.assigned().size() == 3);
        }
    }

    @Test
    void shouldKeepAStaticMembersPartitionsWhileItRestarts() {
        // Given
        String topic = newTopic(broker, 4);
        String group = newGroup();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Map<String, Object> fixed = member(group, "consumer");
        fixed.put("group.instance.id", "one");
        try (GroupReader other = reader(member(group, "consumer"), topic, seen)) {
            await("all partitions", () -> other.assigned().size() == 4);
            Set<TopicPartition> before;
            try (GroupReader first = reader(fixed, topic, seen)) {
                await("a share", () -> first.assigned().size() == 2);
                before = first.assigned();
            }
            List<String> events = List.copyOf(other.events());

            // When
            try (GroupReader again = reader(fixed, topic, seen)) {
                await("its share", () -> again.assigned().size() == 2);

                // Then
                assertThat(again.assigned()).isEqualTo(before);
                assertThat(other.events()).isEqualTo(events);
            }
        }
    }

    @Test
    void shouldUseTheAssignorThatIsAskedForAndRefuseUnknownOnes() {
        // Given
        String topic = newTopic(broker, 4);
        Map<String, Object> range = member(newGroup(), "consumer");
        range.put("group.remote.assignor", "range");
        try (GroupReader first = reader(range, topic, new HashSet<>());
                GroupReader second = reader(range, topic, new HashSet<>())) {
            await("ranges", () -> first.assigned().size() == 2 && second.assigned().size() == 2);
            assertThat(List.of(first.assigned(), second.assigned()))
                    .contains(Set.of(partition(topic, 0), partition(topic, 1)));
        }

        // When
        Map<String, Object> unknown = member(newGroup(), "consumer");
        unknown.put("group.remote.assignor", "sticky");
        try (Consumer<String, String> consumer = Clients.consumer(broker, unknown)) {
            consumer.subscribe(List.of(topic));

            // Then
            assertThatThrownBy(() -> poll(consumer, 1))
                    .isInstanceOf(UnsupportedAssignorException.class)
                    .hasMessageContaining("sticky");
        }
        try (Consumer<String, String> consumer =
                Clients.consumer(broker, member(newGroup(), "consumer"))) {
            consumer.subscribe(new SubscriptionPattern("a["));
            assertThatThrownBy(() -> poll(consumer, 1))
                    .isInstanceOf(InvalidRegularExpression.class)
                    .hasMessageContaining("a[");
        }
    }

    @Test
    void shouldUpgradeAndDowngradeConsumersOneByOneWhileRecordsFlow() {
        // Given
        String topic = newTopic(broker, 6);
        String group = newGroup();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger produced = new AtomicInteger();
        List<GroupReader> readers = new ArrayList<>();
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            Runnable flow =
                    () -> {
                        for (int i = 0; i < 60; i++) {
                            int number = produced.getAndIncrement();
                            Clients.get(
                                    producer.send(
                                            new ProducerRecord<>(
                                                    topic, number % 6, "", "" + number)));
                        }
                    };
            readers.add(reader(member(group, "classic"), topic, seen));
            flow.run();
            await("the first records", () -> seen.size() == produced.get());
            awaitCommits(group, 6);

            // When
            for (String protocol : List.of("classic", "consumer", "classic")) {
                for (int i = 0; i < 3; i++) {
                    Map<String, Object> settings = member(group, protocol);
                    settings.put("auto.offset.reset", "none");
                    readers.add(reader(settings, topic, seen));
                    if (readers.size() > 3) {
                        readers.removeFirst().close();
                    }
                    flow.run();
                    int expected = Math.min(3, readers.size());
                    await("shares after " + protocol, () -> balanced(readers, 6, expected));
                    flow.run();

                    // Then
                    await("all records with " + protocol, () -> seen.size() == produced.get());
                }
                try (Admin admin = Clients.admin(broker)) {
                    assertThat(describe(admin, group).type())
                            .isEqualTo(
                                    protocol.equals("consumer")
                                            ? GroupType.CONSUMER
                                            : GroupType.CLASSIC);
                }
            }
        } finally {
            readers.forEach(GroupReader::close);
        }
    }

    /** Once every partition has a committed offset, nobody may reset one. */
    private void awaitCommits(String group, int partitions) {
        try (Admin admin = Clients.admin(broker)) {
            await(
                    "commits",
                    () ->
                            get(admin.listConsumerGroupOffsets(group)
                                                    .partitionsToOffsetAndMetadata())
                                            .size()
                                    == partitions);
        }
    }

    private static boolean balanced(List<GroupReader> readers, int partitions, int members) {
        Set<TopicPartition> all = new HashSet<>();
        int sum = 0;
        for (GroupReader reader : readers) {
            Set<TopicPartition> assigned = reader.assigned();
            sum += assigned.size();
            all.addAll(assigned);
            if (assigned.size() != partitions / members) {
                return false;
            }
        }
        return sum == partitions && all.size() == partitions;
    }
}
