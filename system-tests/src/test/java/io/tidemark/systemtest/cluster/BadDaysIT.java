package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.status.ClusterStatus;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.cluster.LoopbackNetwork;
import io.tidemark.testkit.process.BrokerLaunch;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.LoopVolume;
import io.tidemark.testkit.process.SyncTracer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong by hand or by fate: a clear word, and nothing lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class BadDaysIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(6);
    private static final String TEXT = "application/vnd.kafka.text.v2+json";
    private static final Duration SLOW_SYNC = Duration.ofMillis(400);
    private static final int VOLUME_BYTES = 256 << 20;

    private ClusterProcesses cluster;
    private ClusterClients clients;
    private Path scratch;
    private Path logs;
    private final List<ClusterMember> outsiders = new ArrayList<>();
    private final List<LoopVolume> volumes = new ArrayList<>();

    @BeforeAll
    void startCluster(@TempDir Path folder) throws IOException {
        scratch = folder;
        logs = Installation.newLogFolder();
        cluster =
                ClusterProcesses.make(
                        ClusterProcesses.Plan.ofThree(
                                        Installation.distribution(), folder.resolve("cluster"))
                                .with("tidemark.gateway.request-timeout", "6s")
                                .loggingTo(logs));
        if (LoopVolume.whyUnavailable(scratch).isEmpty()) {
            for (ClusterMember node : cluster.all(Service.NODE)) {
                volumes.add(
                        LoopVolume.create(
                                scratch.resolve(node.id() + ".img"),
                                node.dataFolder(),
                                VOLUME_BYTES));
            }
        }
        clients = new ClusterClients(cluster);
        cluster.startAll();
    }

    @AfterEach
    void endOutsiders() {
        outsiders.forEach(ClusterMember::kill9);
        outsiders.clear();
    }

    @AfterAll
    void endCluster() {
        clients.close();
        cluster.close();
        volumes.forEach(LoopVolume::close);
    }

    @Test
    void shouldRefuseADataFolderOfAnotherCluster() throws IOException {
        ClusterMember stranger = outsider(4);
        writeIdentity(stranger, 4, "another-cluster");

        assertThat(refusal(stranger)).contains("another-cluster").contains("tidemark-test");
    }

    @Test
    void shouldRefuseADataFolderOfAnotherNode() throws IOException {
        ClusterMember stranger = outsider(4);
        writeIdentity(stranger, 2, "tidemark-test");

        assertThat(refusal(stranger)).contains("node 2").contains("4");
    }

    @Test
    void shouldRefuseANodeIdThatIsTaken() {
        assertThat(refusal(outsider(1))).contains("1");
        assertThat(cluster.status().problems()).isEmpty();
    }

    @Test
    void shouldRefuseAFolderThatIsInUse() {
        Member place = new LoopbackNetwork().place(Service.NODE, 2);
        ClusterMember second =
                remember(
                        cluster.outsider(
                                place, cluster.node(2).dataFolder(), logs.resolve("second.log")));

        assertThat(refusal(second)).contains("is in use by process");
        assertThat(cluster.status().problems()).isEmpty();
    }

    @Test
    void shouldRefuseMoreReplicasThanThereAreNodes() {
        try (Admin admin = clients.admin()) {
            assertThatThrownBy(
                            () ->
                                    admin.createTopics(
                                                    List.of(new NewTopic("too-many", 1, (short) 4)))
                                            .all()
                                            .get())
                    .hasCauseInstanceOf(InvalidReplicationFactorException.class)
                    .hasMessageContaining("3");
        }
        HttpResponse<String> overRest =
                clients.post(
                        "/v3/clusters/tidemark-test/topics",
                        "{\"topic_name\":\"too-many\",\"partitions_count\":1,\"replication_factor\":4}");
        assertThat(overRest.statusCode()).isEqualTo(400);
        assertThat(overRest.body()).contains("replication factor");
    }

    @Test
    void shouldGoOnUnderAMinorityOfCoordinatorsAndSaySo() {
        clients.createTopic("minority", 1);
        produced("minority", "before");
        List<ClusterMember> gone = List.of(cluster.coordinator(1), cluster.coordinator(2));

        gone.forEach(ClusterMember::kill9);
        cluster.await("nobody leads", PATIENCE, () -> cluster.leadingCoordinator().isEmpty());
        produced("minority", "meanwhile");
        HttpResponse<String> refused = clients.tryCreateTopic("never", 1);
        ClusterStatus status = cluster.status();
        gone.forEach(ClusterMember::start);
        gone.forEach(ClusterMember::awaitReady);
        cluster.await("all is well", PATIENCE, this::isWell);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(status.problems().getFirst().what())
                .contains("no coordinator leads: 1 of 3 answer, 2 are needed");
        assertThat(values("minority", 2)).containsExactly("before", "meanwhile");
    }

    @Test
    void shouldFailClearlyWithoutAnyReplicaAndLoseNothing() {
        clients.createTopic("all-gone", 1);
        produced("all-gone", "before");

        cluster.all(Service.NODE).forEach(ClusterMember::kill9);
        cluster.await(
                "nobody leads it",
                PATIENCE,
                () ->
                        cluster.partition("all-gone", 0)
                                .map(p -> p.leader() == PartitionImage.NO_LEADER)
                                .orElse(false));
        ClusterStatus status = cluster.status();
        long asked = System.nanoTime();
        HttpResponse<String> refused = produce("all-gone", "nobody is there");
        Duration took = Duration.ofNanos(System.nanoTime() - asked);
        cluster.startAll();
        cluster.await("all is well", PATIENCE, this::isWell);

        assertThat(refused.statusCode()).as(refused.body()).isGreaterThanOrEqualTo(200);
        assertThat(refused.body()).contains("error");
        assertThat(took).isBetween(REQUEST_TIMEOUT.minusSeconds(1), REQUEST_TIMEOUT.plusSeconds(4));
        assertThat(status.problems().getFirst().what()).contains("no leader");
        produced("all-gone", "after");
        assertThat(values("all-gone", 2)).startsWith("before").endsWith("after");
    }

    @Test
    void shouldSurviveAFullDiskOfTheLeader() throws IOException {
        shouldSurviveAFullDisk("full-leader", true);
    }

    @Test
    void shouldSurviveAFullDiskOfAFollower() throws IOException {
        shouldSurviveAFullDisk("full-follower", false);
    }

    private void shouldSurviveAFullDisk(String topic, boolean ofLeader) throws IOException {
        assumeTrue(!volumes.isEmpty(), "volumes need root and loop devices");
        clients.createTopic(topic, 1);
        produced(topic, "before");
        PartitionImage partition = cluster.partition(topic, 0).orElseThrow();
        int node =
                partition.replicas().stream()
                        .filter(id -> ofLeader == (id == partition.leader()))
                        .findFirst()
                        .orElseThrow();
        Path balloon = cluster.node(node).dataFolder().resolve("balloon");
        ExternalCommand.run(
                "fallocate",
                "-l",
                Long.toString(Files.getFileStore(balloon.getParent()).getUsableSpace() - 65_536),
                balloon.toString());

        // More than what is left of the disk, so that the node meets its end.
        int acknowledged = 0;
        while (acknowledged < 20 && isAcknowledged(produce(topic, "x".repeat(20_000)))) {
            acknowledged++;
        }
        ClusterStatus status = cluster.status();
        Files.delete(balloon);
        cluster.await("all is well", PATIENCE, this::isWell);

        assertThat(status.problems())
                .anySatisfy(
                        problem ->
                                assertThat(problem.what())
                                        .startsWith("node " + node + ": the disk is full"));
        produced(topic, "after");
        List<String> values = values(topic, acknowledged + 2);
        assertThat(values).startsWith("before").endsWith("after");
    }

    @Test
    void shouldNameTheNodeWhoseDiskIsSlow() throws InterruptedException {
        assumeTrue(
                ExternalCommand.isInstalled("strace"),
                "strace is not installed (apt-get install strace)");
        clients.createTopic("slow", 1);
        produced("slow", "before");
        SyncTracer tracer =
                new SyncTracer("inject=fdatasync,fsync:delay_exit=" + SLOW_SYNC.toNanos() / 1_000);
        int written = 0;

        tracer.attach(cluster.node(2).process().pid());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSaid("node 2", "its disk is slow") && System.nanoTime() < deadline) {
            produced("slow", "meanwhile");
            written++;
        }
        ClusterStatus status = cluster.status();
        tracer.detach();
        produced("slow", "after");
        cluster.await(
                "the disk is quick again",
                PATIENCE,
                () -> {
                    produced("slow", "more"); // each sync is measured
                    return isWell();
                });

        assertThat(status.problems())
                .anySatisfy(
                        problem ->
                                assertThat(problem.what())
                                        .startsWith("node 2: its disk is slow: a sync of")
                                        .endsWith("ms"));
        assertThat(values("slow", written + 2)).startsWith("before").contains("after");
    }

    @Test
    void shouldNotMindAClockThatIsAnHourOff() {
        clients.createTopic("clocks", 3);
        produced("clocks", "before");
        List<ClusterMember> wrong = List.of(cluster.node(2), cluster.coordinator(1));
        List<BrokerLaunch> right = wrong.stream().map(ClusterMember::launch).toList();

        try {
            for (String offset : List.of("1h", "-1h")) {
                for (int i = 0; i < wrong.size(); i++) {
                    restart(
                            wrong.get(i),
                            right.get(i).with("tidemark.testing.clock-offset", offset));
                }
                cluster.awaitFullIsr(PATIENCE);
                produced("clocks", "at " + offset);

                String side = offset.startsWith("-") ? "behind" : "ahead of";
                cluster.await(
                        "its clock is said to be wrong",
                        PATIENCE,
                        () -> isSaid("node 2", "s " + side + " this machine's"));
            }
        } finally {
            for (int i = 0; i < wrong.size(); i++) {
                restart(wrong.get(i), right.get(i));
            }
        }
        cluster.await("all is well", PATIENCE, this::isWell);

        assertThat(values("clocks", 3)).containsExactly("before", "at 1h", "at -1h");
    }

    private static void restart(ClusterMember member, BrokerLaunch launch) {
        member.kill9();
        member.relaunchAs(launch);
        member.start();
        member.awaitReady();
    }

    private boolean isSaid(String of, String what) {
        return cluster.status().problems().stream()
                .anyMatch(
                        problem -> problem.what().startsWith(of) && problem.what().contains(what));
    }

    private boolean isWell() {
        return cluster.status().problems().isEmpty();
    }

    private ClusterMember outsider(int id) {
        Member place = new LoopbackNetwork().place(Service.NODE, id);
        return remember(
                cluster.outsider(
                        place,
                        scratch.resolve("outsider-" + System.nanoTime()),
                        logs.resolve("outsider-" + System.nanoTime() + ".log")));
    }

    private ClusterMember remember(ClusterMember member) {
        outsiders.add(member);
        return member;
    }

    /** Makes its data folder one that a node has used before. */
    private static void writeIdentity(ClusterMember member, int nodeId, String clusterId)
            throws IOException {
        Path log = Files.createDirectories(member.dataFolder().resolve("log"));
        Files.writeString(member.dataFolder().resolve("tidemark.properties"), "format=1\n");
        Files.writeString(
                log.resolve("meta.properties"),
                "version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=AAAAAAAAAAAAAAAAAAAAZQ\n"
                        .formatted(clusterId, nodeId));
    }

    /** What a process says that must not start. */
    private static String refusal(ClusterMember member) {
        member.start();
        OptionalInt exit = member.process().awaitExit(PATIENCE);
        String log = member.process().log();
        assertThat(exit).as("it still runs:\n%s", log).isPresent();
        assertThat(exit.getAsInt()).as(log).isNotZero();
        Optional<String> said =
                log.lines().filter(line -> line.contains("Tidemark cannot start")).findFirst();
        assertThat(said).as(log).isPresent();
        System.out.println(said.get());
        assertThat(said.get()).doesNotContain("Exception");
        return said.get();
    }

    private HttpResponse<String> produce(String topic, String value) {
        return clients.post(
                "/topics/" + topic + "/partitions/0",
                TEXT,
                "{\"records\":[{\"value\":\"" + value + "\"}]}");
    }

    private static boolean isAcknowledged(HttpResponse<String> answer) {
        return answer.statusCode() == 200 && !answer.body().contains("\"error\":\"");
    }

    private void produced(String topic, String value) {
        HttpResponse<String> answer = produce(topic, value);
        assertThat(isAcknowledged(answer)).as(answer.body()).isTrue();
    }

    private List<String> values(String topic, int count) {
        return clients.read(topic, 0, count).stream().map(ConsumerRecord::value).toList();
    }
}
