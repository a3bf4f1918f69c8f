package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.PATIENCE;

import io.tidemark.systemtest.broker.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Consumers of one group, polled in turn by the test's own thread. */
final class GroupMembers implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(50);

    private final Broker broker;
    private final String group;
    private final List<Member> members = new ArrayList<>();

    GroupMembers(Broker broker) {
        this(broker, "g-" + UUID.randomUUID().toString().substring(0, 8));
    }

    GroupMembers(Broker broker, String group) {
        this.broker = broker;
        this.group = group;
    }

    String group() {
        return group;
    }

    /** A consumer, what it was told, and what it has read. */
    static final class Member implements ConsumerRebalanceListener {
        final Consumer<String, String> consumer;
        final List<ConsumerRecord<String, String>> records = new ArrayList<>();
        final List<Set<TopicPartition>> assigned = new ArrayList<>();
        final List<Set<TopicPartition>> revoked = new ArrayList<>();
        final List<Set<TopicPartition>> lost = new ArrayList<>();

        private Member(Consumer<String, String> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned.add(new HashSet<>(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            revoked.add(new HashSet<>(partitions));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lost.add(new HashSet<>(partitions));
        }

        Set<TopicPartition> assignment() {
            return consumer.assignment();
        }
    }

    /** Adds a consumer that subscribes; it reads from the beginning unless told otherwise. */
    Member add(String topic, Map<String, Object> settings) {
        Member member = new Member(consumer(settings));
        member.consumer.subscribe(List.of(topic), member);
        members.add(member);
        return member;
    }

    /** A consumer of the group that is not polled by {@link #await}. */
    Consumer<String, String> consumer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("group.id", group);
        all.putIfAbsent("auto.offset.reset", "earliest");
        all.putIfAbsent("enable.auto.commit", "false");
        return Clients.consumer(broker, all);
    }

    /** Closes a consumer, as an application does. */
    void close(Member member) {
        members.remove(member);
        member.consumer.close();
    }

    /** Polls a consumer no more; the caller has closed it. */
    void forget(Member member) {
        members.remove(member);
    }

    /** Polls the consumers in turn until something is true. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "it did not come about that "
                                + what
                                + "; assigned: "
                                + members.stream().map(Member::assignment).toList());
            }
            members.forEach(member -> member.consumer.poll(TURN).forEach(member.records::add));
        }
    }

    /** Polls until every consumer has as many partitions as given, in the order they were added. */
    void awaitPartitions(Integer... counts) {
        await(
                "members have " + List.of(counts) + " partitions",
                () ->
                        members.stream()
                                .map(member -> member.assignment().size())
                                .toList()
                                .equals(List.of(counts)));
    }

    /** Polls until so many records have been read by all together. */
    void awaitRecords(int count) {
        await(count + " records are read", () -> read() >= count);
    }

    private int read() {
        return members.stream().mapToInt(member -> member.records.size()).sum();
    }

    @Override
    public void close() {
        members.forEach(member -> member.consumer.close());
    }
}
