package io.tidemark.cluster.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.LoopbackPorts;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.status.ClusterStatus.Severity;
import io.tidemark.cluster.status.Observation.Health;
import io.tidemark.cluster.status.Observation.ReplicaReport;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class StatusAssemblyTest {
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final ClusterLayout layout =
            ClusterLayout.of("c", Size.ofNodes(3, 1), new LoopbackPorts(0));
    private final Map<String, Observation> observations = new TreeMap<>();
    private final Map<Integer, NodeImage> nodes = new TreeMap<>();
    private PartitionImage partition =
            new PartitionImage(0, 1, 4, 9, List.of(1, 2, 3), List.of(1, 2, 3));
    private Map<String, String> topicConfigs = Map.of("min.insync.replicas", "2");
    private Map<String, Map<String, String>> nodeConfigs =
            Map.of("", Map.of("default.replication.factor", "3"));
    private boolean led = true;
    private boolean joined = true;

    StatusAssemblyTest() {
        for (Member member : layout.members()) {
            observe(member, ProcessState.UP, new LastWords.None(), new Health("UP", List.of()));
        }
        for (int id = 1; id <= 3; id++) {
            register(id, false);
        }
    }

    private Member node(int id) {
        return layout.member(Service.NODE, id).orElseThrow();
    }

    private void register(int id, boolean fenced) {
        nodes.put(
                id,
                new NodeImage(id, 1, TOPIC, List.of(), Optional.empty(), List.of(), fenced, false));
    }

    private void observe(Member member, ProcessState state, LastWords words, Health health) {
        boolean up = state == ProcessState.UP;
        observations.put(
                member.name(),
                new Observation(
                        member,
                        state,
                        OptionalLong.empty(),
                        up ? Optional.of(Duration.ofMinutes(3)) : Optional.empty(),
                        words,
                        joined,
                        up ? Optional.of(health) : Optional.empty(),
                        up && member.service() == Service.COORDINATOR
                                ? Optional.of(coordinator(member.id()))
                                : Optional.empty(),
                        up && member.service() == Service.NODE
                                ? Optional.of(
                                        List.of(
                                                new ReplicaReport(
                                                        "orders",
                                                        0,
                                                        member.id() == 1,
                                                        100L - 10L * member.id(),
                                                        70)))
                                : Optional.empty()));
    }

    private CoordinatorStatus coordinator(int id) {
        return new CoordinatorStatus(
                Integer.toString(id),
                id == 1,
                Optional.of("1"),
                7,
                "c",
                40,
                "0",
                3,
                1,
                Optional.empty(),
                List.of());
    }

    private ClusterStatus status() {
        TopicImage topic = new TopicImage(TOPIC, "orders", List.of(partition), topicConfigs, 1);
        ClusterImage image =
                new ClusterImage(
                        "c",
                        40,
                        new TreeMap<>(nodes),
                        Map.of("orders", topic),
                        Map.of(TOPIC, "orders"),
                        0,
                        nodeConfigs);
        return new StatusAssembly(
                        layout,
                        new ArrayList<>(observations.values()),
                        led ? Optional.of(image) : Optional.empty())
                .assemble();
    }

    private List<String> problems() {
        return status().problems().stream().map(ClusterStatus.Problem::what).toList();
    }

    @Test
    void shouldFindNothingWrongWhereAllIsWell() {
        assertThat(status().healthy()).isTrue();
        assertThat(status().nodes()).extracting(ClusterStatus.Node::leads).containsExactly(1, 0, 0);
        assertThat(new StatusPage(status(), new Paint(false)).toString())
                .startsWith("Cluster c: healthy  (1 topics, 1 partitions)\n")
                .contains("127.0.0.1:9092              1         1        0   3 min")
                .contains("leads")
                .doesNotContain("not well");
    }

    @Test
    void shouldTellOfANodeThatIsGoneAndOfItsLag() {
        partition = new PartitionImage(0, 1, 4, 10, List.of(1, 2, 3), List.of(1, 2));

        assertThat(problems())
                .containsExactly("1 partition (orders-0) has fewer replicas in sync than assigned");
        assertThat(status().unwell().getFirst().lag()).containsExactly(Map.entry(3, 20L));
        assertThat(status().unwell().getFirst().writable()).isTrue();
        assertThat(new StatusPage(status(), new Paint(false)).toString())
                .contains("degraded")
                .containsPattern("orders-0 +1 +1,2,3 +1,2 +yes +node 3 by 20");
    }

    @Test
    void shouldCallAPartitionCriticalThatCannotBeWritten() {
        partition = new PartitionImage(0, 1, 4, 10, List.of(1, 2, 3), List.of(1));

        assertThat(status().problems().getFirst().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(problems().getFirst()).contains("min.insync.replicas: acks=all is refused");
    }

    @Test
    void shouldCallAPartitionCriticalThatNobodyLeads() {
        partition =
                new PartitionImage(
                        0, PartitionImage.NO_LEADER, 4, 10, List.of(1, 2, 3), List.of(1));

        assertThat(problems().getFirst()).contains("no leader: neither read nor written");
    }

    @Test
    void shouldTellAPartitionWhoseLastReplicaLostItsDisk() {
        partition = new PartitionImage(0, PartitionImage.NO_LEADER, 4, 10, List.of(2), List.of());

        assertThat(problems().getFirst())
                .contains("came back without one of its log directories")
                .contains("elect a leader uncleanly");
    }

    @Test
    void shouldSayWhyANodeIsDown() {
        observe(
                node(2),
                ProcessState.DOWN,
                new LastWords.Failed("The data folder belongs to cluster x."),
                new Health("", List.of()));

        assertThat(problems())
                .containsExactly("node 2 ended: The data folder belongs to cluster x.");
    }

    @Test
    void shouldSayWhatAHealthPageComplainsOf() {
        Health health =
                HealthPage.read(
                        """
                        {"status":"DEGRADED","components":{
                          "diskSpace":{"status":"DOWN","details":{"total":67108864,"free":1048576,"path":"/d"}},
                          "partition":{"status":"DEGRADED","details":{
                            "offlineLogDirectories":{"/d/log":"Input/output error"},"corruptPartitions":["orders-0"]}},
                          "ping":{"status":"UP"}}}
                        """,
                        0);
        observe(node(3), ProcessState.UP, new LastWords.None(), health);

        assertThat(problems())
                .containsExactlyInAnyOrder(
                        "node 3: the disk is full: 1 MB of 64 MB left at /d; what it leads takes no writes",
                        "node 3: log directory /d/log has failed and is offline: Input/output error",
                        "node 3: damage was found in orders-0");
    }

    @Test
    void shouldNameASlowDiskWithItsFigure() {
        Health health =
                HealthPage.read(
                        """
                        {"status":"DEGRADED","components":{"partition":{"status":"DEGRADED",
                          "details":{"slowLogDirectoriesMs":{"/d/log":312},"clockMs":5000}}}}
                        """,
                        5_000);
        observe(node(3), ProcessState.UP, new LastWords.None(), health);

        assertThat(problems())
                .containsExactly("node 3: its disk is slow: a sync of /d/log takes 312 ms");
    }

    @Test
    void shouldWarnOfAClockThatIsOff() {
        String page =
                "{\"status\":\"UP\",\"components\":{\"partition\":{\"status\":\"UP\",\"details\":{\"clockMs\":9600000}}}}";
        observe(node(3), ProcessState.UP, new LastWords.None(), HealthPage.read(page, 6_000_000));
        assertThat(problems().getFirst())
                .startsWith("node 3: its clock is 3600 s ahead of this machine's");
        assertThat(HealthPage.read(page, 9_605_000).complaints()).isEmpty();
    }

    @Test
    void shouldTellPausedAndFencedNodes() {
        observe(node(1), ProcessState.PAUSED, new LastWords.None(), new Health("", List.of()));
        register(3, true);

        assertThat(problems())
                .containsExactly(
                        "node 1 is paused",
                        "node 3 runs, but the coordinator has no sign of life from it: it leads nothing");
    }

    @Test
    void shouldWarnOfATopicThatIsGoneWithOneNode() {
        partition = new PartitionImage(0, 1, 4, 9, List.of(2), List.of(2));

        assertThat(problems())
                .containsExactly(
                        "1 topic (orders) has one replica of a partition: what is in it is away, or lost, with that node");
        assertThat(status().healthy()).as("as it was set up").isTrue();
        assertThat(new StatusPage(status(), new Paint(false)).toString())
                .startsWith("Cluster c: healthy")
                .contains("  ! 1 topic (orders) has");
    }

    @Test
    void shouldWarnOfATopicThatAsksForMoreReplicasThanItHas() {
        partition = new PartitionImage(0, 1, 4, 9, List.of(1, 2), List.of(1, 2));
        topicConfigs = Map.of("min.insync.replicas", "3");

        assertThat(problems().getFirst())
                .contains("1 topic (orders) asks for more in-sync replicas");
    }

    @Test
    void shouldWarnOfDefaultsWithoutRedundancyInAClusterOfSeveralNodes() {
        nodeConfigs = Map.of();

        assertThat(problems())
                .containsExactly(
                        "new topics get one replica unless they say otherwise, although there are 3 nodes");
        assertThat(status().problems().getFirst().advice().orElseThrow())
                .contains("default.replication.factor of all nodes to 3");
        assertThat(status().healthy()).isTrue();
    }

    @Test
    void shouldAskForNothingOfOneNodeAlone() {
        nodeConfigs = Map.of();
        partition = new PartitionImage(0, 1, 4, 9, List.of(1), List.of(1));
        nodes.remove(2);
        nodes.remove(3);

        assertThat(status().problems())
                .extracting(ClusterStatus.Problem::what)
                .noneMatch(what -> what.contains("replica"));
    }

    @Test
    void shouldNotMissANodeThatWasUnregisteredHoweverItEnded() {
        partition = new PartitionImage(0, 1, 4, 9, List.of(1, 2), List.of(1, 2));
        nodes.remove(3);
        for (LastWords words :
                List.of(
                        new LastWords.Stopped(),
                        new LastWords.None(),
                        new LastWords.Failed("A disk is gone."))) {
            observe(node(3), ProcessState.DOWN, words, new Health("", List.of()));

            assertThat(status().healthy()).as("%s", words).isTrue();
            assertThat(problems())
                    .containsExactly("node 3 has left the cluster, and is still in its layout");
            assertThat(status().nodes().getLast().membership()).isEqualTo("unregistered");
        }
    }

    @Test
    void shouldMissANodeThatWasStoppedBeforeItEverJoined() {
        nodes.remove(3);
        joined = false;
        observe(node(3), ProcessState.DOWN, new LastWords.Stopped(), new Health("", List.of()));

        assertThat(problems()).contains("node 3 was stopped");
    }

    @Test
    void shouldMissNodesThatCoordinatorsWithoutTheirFoldersKnowNothingOf() {
        nodes.clear();
        observe(node(3), ProcessState.DOWN, new LastWords.Stopped(), new Health("", List.of()));

        assertThat(problems()).contains("node 3 was stopped");
    }

    @Test
    void shouldNameANodeThatRunsAndDrains() {
        nodes.put(
                2, new NodeImage(2, 1, TOPIC, List.of(), Optional.empty(), List.of(), false, true));

        assertThat(status().healthy()).isFalse();
        assertThat(status().problems().getFirst().what()).startsWith("node 2 runs and drains");
        assertThat(status().problems().getFirst().advice().orElseThrow())
                .contains("./tidemark drain 2 --undo");
    }

    @Test
    void shouldPutALostQuorumOnTop() {
        led = false;
        for (int id = 1; id <= 2; id++) {
            observe(
                    layout.member(Service.COORDINATOR, id).orElseThrow(),
                    ProcessState.DOWN,
                    new LastWords.None(),
                    new Health("", List.of()));
        }

        assertThat(problems().getFirst())
                .startsWith("no coordinator leads: 1 of 3 answer, 2 are needed.");
        assertThat(status().nodes())
                .extracting(ClusterStatus.Node::membership)
                .containsOnly("unknown");
    }
}
