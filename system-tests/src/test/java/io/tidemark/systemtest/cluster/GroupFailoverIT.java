package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cluster.layout.Service;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Consumers in a group while the leading coordinator goes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class GroupFailoverIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** The target is 3 s; a machine that runs tests beside it is given more. */
    private static final Duration RESUME = Duration.ofSeconds(15);

    private ClusterProcesses cluster;
    private ClusterClients clients;

    @BeforeAll
    void startCluster(@TempDir Path folder) {
        cluster =
                ClusterProcesses.start(
                        ClusterProcesses.Plan.ofThree(Installation.distribution(), folder)
                                .loggingTo(Installation.newLogFolder()));
        clients = new ClusterClients(cluster);
    }

    @AfterAll
    void endCluster() {
        clients.close();
        cluster.close();
    }

    @Test
    void shouldCommitAgainAndLoseNothingWhenTheLeadingCoordinatorIsKilled() throws Exception {
        clients.createTopic("orders", 6);
        AtomicBoolean done = new AtomicBoolean();
        List<Member> members = List.of(new Member(done), new Member(done), new Member(done));
        Thread producing = Thread.ofPlatform().start(() -> produce(done));
        try {
            members.forEach(member -> member.thread.start());
            cluster.await(
                    "every consumer to commit",
                    PATIENCE,
                    () -> members.stream().allMatch(member -> member.committed.size() == 2));

            ClusterMember leader = cluster.leadingCoordinator().orElseThrow();
            leader.kill9();
            long killed = System.nanoTime();
            cluster.await(
                    "every consumer to commit again",
                    RESUME,
                    () -> members.stream().allMatch(m -> m.lastCommitNanos.get() > killed));
            long resumedMs =
                    members.stream().mapToLong(m -> m.firstCommitAfter(killed)).max().orElseThrow()
                            / 1_000_000;
            System.out.printf(
                    "commits resumed %d ms after kill -9 of the leading coordinator%n", resumedMs);

            leader.start().awaitReady();
        } finally {
            done.set(true);
            for (Member member : members) {
                member.thread.join();
            }
            producing.join();
        }
        assertThat(members).allSatisfy(m -> assertThat(m.failures).isEmpty());
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, OffsetAndMetadata> stored =
                    admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
            for (Member member : members) {
                member.committed.forEach(
                        (partition, offset) ->
                                assertThat(Objects.requireNonNull(stored.get(partition)).offset())
                                        .as(partition.toString())
                                        .isGreaterThanOrEqualTo(offset));
            }
        }
        assertThat(members)
                .as("members that were never thrown out own what they owned")
                .allSatisfy(member -> assertThat(member.assignments.get()).isLessThanOrEqualTo(3));
    }

    @Test
    void shouldShowEveryGroupOnceOnWhateverNodeIsAsked() throws Exception {
        clients.createTopic("bills", 1);
        try (Admin admin = clients.admin()) {
            TopicPartition bills = new TopicPartition("bills", 0);
            for (int i = 0; i < 20; i++) {
                admin.alterConsumerGroupOffsets(
                                "shown-" + i, Map.of(bills, new OffsetAndMetadata(0)))
                        .all()
                        .get();
            }
            Collection<ConsumerGroupListing> listed = admin.listConsumerGroups().all().get();
            assertThat(listed)
                    .extracting(ConsumerGroupListing::groupId)
                    .filteredOn(id -> id.startsWith("shown-"))
                    .hasSize(20)
                    .doesNotHaveDuplicates();
            List<Integer> coordinators = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ConsumerGroupDescription described =
                        Objects.requireNonNull(
                                admin.describeConsumerGroups(List.of("shown-" + i))
                                        .all()
                                        .get()
                                        .get("shown-" + i));
                assertThat(described.isSimpleConsumerGroup()).isTrue();
                coordinators.add(described.coordinator().id());
            }
            assertThat(coordinators).containsOnly(1, 2, 3).contains(1, 2, 3);
            admin.deleteConsumerGroups(List.of("shown-0")).all().get();
            assertThat(admin.listConsumerGroups().all().get())
                    .noneMatch(group -> group.groupId().equals("shown-0"));
        }
        assertThat(cluster.all(Service.COORDINATOR)).hasSize(3);
    }

    private void produce(AtomicBoolean done) {
        try (Producer<String, String> producer = clients.producer()) {
            int i = 0;
            while (!done.get()) {
                producer.send(new ProducerRecord<>("orders", i++ % 6, null, "x"));
                if (i % 50 == 0) {
                    producer.flush();
                }
            }
        }
    }

    /** A consumer that commits after each poll, and remembers what was acknowledged. */
    private final class Member {
        final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
        final List<String> failures = new ArrayList<>();
        final List<Long> commits = new ArrayList<>();
        final AtomicLong lastCommitNanos = new AtomicLong(Long.MIN_VALUE);
        final AtomicLong assignments = new AtomicLong();
        final Thread thread;

        Member(AtomicBoolean done) {
            thread = Thread.ofPlatform().unstarted(() -> run(done));
        }

        private void run(AtomicBoolean done) {
            Map<String, Object> settings = new HashMap<>();
            settings.put("bootstrap.servers", cluster.bootstrapServers());
            settings.put("group.id", "readers");
            settings.put("auto.offset.reset", "earliest");
            settings.put("enable.auto.commit", false);
            try (Consumer<String, String> consumer =
                    new KafkaConsumer<>(
                            settings, new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(
                        List.of("orders"),
                        new org.apache.kafka.clients.consumer.ConsumerRebalanceListener() {
                            @Override
                            public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                                committed.keySet().removeAll(revoked);
                            }

                            @Override
                            public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                                assignments.incrementAndGet();
                            }
                        });
                while (!done.get()) {
                    commit(consumer, consumer.poll(Duration.ofMillis(20)));
                }
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
        }

        private void commit(
                Consumer<String, String> consumer, ConsumerRecords<String, String> read) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (ConsumerRecord<String, String> record : read) {
                offsets.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
            if (offsets.isEmpty()) {
                return;
            }
            try {
                consumer.commitSync(offsets);
            } catch (RebalanceInProgressException | CommitFailedException rejoin) {
                return;
            }
            offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
            synchronized (commits) {
                commits.add(System.nanoTime());
            }
            lastCommitNanos.set(System.nanoTime());
        }

        /** Nanoseconds from an instant to the first commit that was acknowledged after it. */
        long firstCommitAfter(long nanos) {
            synchronized (commits) {
                return commits.stream().filter(at -> at > nanos).findFirst().orElseThrow() - nanos;
            }
        }
    }
}
