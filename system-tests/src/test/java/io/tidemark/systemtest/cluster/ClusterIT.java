package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.status.ClusterStatus;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of three while nothing worse happens than one process going. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ClusterIT {
    /** The target is 3 s; a machine that runs tests beside it is given more. */
    private static final Duration RESUME = Duration.ofSeconds(15);

    private static final Duration HEAL = Duration.ofSeconds(60);
    private static final String TEXT = "application/vnd.kafka.text.v2+json";

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
    void shouldCarryRecordsThroughBothProtocols() throws Exception {
        String created = clients.createTopic("both", 3);

        assertThat(created).contains("\"replication_factor\":3");
        try (Producer<String, String> producer = clients.producer()) {
            producer.send(new ProducerRecord<>("both", 0, null, "by a producer")).get();
        }
        HttpResponse<String> produced = produce("both", 0, "over REST");
        assertThat(produced.statusCode()).as(produced.body()).isEqualTo(200);
        assertThat(clients.read("both", 0, 2))
                .extracting(record -> record.value())
                .containsExactly("by a producer", "over REST");
        assertThat(cluster.partition("both", 0).orElseThrow().isr()).hasSize(3);
        assertThat(cluster.status().problems()).isEmpty();
    }

    @Test
    void shouldLetWritesResumeWhenALeaderIsKilled() throws Exception {
        clients.createTopic("killed", 1);
        ClusterMember leader = leaderOf("killed");

        try (Producer<String, String> producer = clients.producer()) {
            producer.send(new ProducerRecord<>("killed", 0, null, "before")).get();
            leader.kill9();
            long killed = System.nanoTime();
            producer.send(new ProducerRecord<>("killed", 0, null, "after"))
                    .get(RESUME.toMillis(), TimeUnit.MILLISECONDS);
            System.out.printf(
                    "writes resumed %d ms after kill -9 of the leader%n",
                    (System.nanoTime() - killed) / 1_000_000);
        }
        assertThat(produce("killed", 0, "over REST").statusCode()).isEqualTo(200);
        assertThat(leaderOf("killed")).isNotEqualTo(leader);

        leader.start().awaitReady();
        cluster.awaitFullIsr(HEAL);
        assertThat(clients.read("killed", 0, 3))
                .extracting(record -> record.value())
                .containsExactly("before", "after", "over REST");
    }

    @Test
    void shouldFailNoCallWhenANodeIsStoppedAsPlanned() throws Exception {
        clients.createTopic("planned", 3);
        ClusterMember leader = leaderOf("planned");
        AtomicBoolean done = new AtomicBoolean();
        List<String> failures = new ArrayList<>();
        List<Long> tookMs = new ArrayList<>();
        Thread rest =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; !done.get(); i++) {
                                        long began = System.nanoTime();
                                        HttpResponse<String> answer =
                                                produce("planned", i % 3, "r" + i);
                                        tookMs.add((System.nanoTime() - began) / 1_000_000);
                                        if (answer.statusCode() != 200
                                                || answer.body().contains("error_code\":5")) {
                                            failures.add(answer.body());
                                        }
                                    }
                                });
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Producer<String, String> producer = clients.producer()) {
            Thread stopping = Thread.ofPlatform().start(leader::stop);
            while (stopping.isAlive()) {
                sent.add(producer.send(new ProducerRecord<>("planned", 0, null, "k")));
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        done.set(true);
        rest.join();

        assertThat(failures).isEmpty();
        for (Future<RecordMetadata> each : sent) {
            assertThat(each.get().hasOffset()).isTrue();
        }
        System.out.printf(
                "planned stop: %d REST calls, the slowest took %d ms; %d sends%n",
                tookMs.size(),
                tookMs.stream().mapToLong(Long::longValue).max().orElse(0),
                sent.size());
        leader.start().awaitReady();
        cluster.awaitFullIsr(HEAL);
    }

    @Test
    void shouldElectAnotherCoordinatorWhenTheLeadingOneIsKilled() throws Exception {
        ClusterMember leading = cluster.leadingCoordinator().orElseThrow();

        leading.kill9();

        cluster.await(
                "another coordinator leads",
                RESUME,
                () -> cluster.leadingCoordinator().isPresent());
        clients.createTopic("after-the-coordinator", 1);
        assertThat(produce("after-the-coordinator", 0, "goes on").statusCode()).isEqualTo(200);
        leading.start().awaitReady();
    }

    @Test
    void shouldSayWhatIsWrong() throws ExecutionException, InterruptedException {
        clients.createTopic("status", 1);
        ClusterMember follower =
                cluster.all(Service.NODE).stream()
                        .filter(node -> node.id() != leaderOf("status").id())
                        .findFirst()
                        .orElseThrow();

        follower.kill9();
        cluster.await("the loss is noticed", RESUME, () -> !cluster.unwell().isEmpty());
        ClusterStatus broken = cluster.status();
        follower.start().awaitReady();
        cluster.awaitFullIsr(HEAL);

        assertThat(broken.healthy()).isFalse();
        assertThat(broken.problems())
                .anySatisfy(problem -> assertThat(problem.what()).startsWith(follower + " is down"))
                .anySatisfy(
                        problem ->
                                assertThat(problem.what())
                                        .contains("fewer replicas in sync than assigned"));
        assertThat(broken.unwell())
                .filteredOn(partition -> partition.topic().equals("status"))
                .singleElement()
                .satisfies(partition -> assertThat(partition.isr()).doesNotContain(follower.id()));
        assertThat(cluster.status().problems()).isEmpty();
    }

    private HttpResponse<String> produce(String topic, int partition, String value) {
        return clients.post(
                "/topics/" + topic + "/partitions/" + partition,
                TEXT,
                "{\"records\":[{\"value\":\"" + value + "\"}]}");
    }

    private ClusterMember leaderOf(String topic) {
        int leader = cluster.partition(topic, 0).map(PartitionImage::leader).orElseThrow();
        return cluster.node(leader);
    }
}
