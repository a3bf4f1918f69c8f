package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.metadata.command.Command;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.telemetry.ApiCounts;
import io.tidemark.partition.telemetry.KafkaFamilies;
import io.tidemark.partition.telemetry.NodeBeans;
import io.tidemark.partition.telemetry.NodeFamilies;
import io.tidemark.partition.telemetry.Surveyor;
import io.tidemark.telemetry.exposition.Families;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What nodes show of what really happened to them. */
class NodeTelemetryIT extends ReplicatingNodes {
    private static final int MAX_TOPICS = 10;
    private static final ApiCounts APIS =
            action -> action.accept(new ApiCounts.Counted("Produce", () -> 7, () -> 3.5));

    private final Map<Integer, Surveyor> surveyors = new HashMap<>();

    private Surveyor surveyor(int node) {
        PartitionRuntime runtime = node(node).node.runtime();
        return surveyors.computeIfAbsent(
                node, n -> new Surveyor(runtime.registry(), runtime.clock()));
    }

    private String scrape(int node, int maxTopics) {
        PartitionRuntime runtime = node(node).node.runtime();
        PrometheusRegistry registry = new PrometheusRegistry();
        NodeFamilies own =
                new NodeFamilies(surveyor(node), runtime.directories(), runtime.clock(), maxTopics);
        KafkaFamilies kafkas =
                new KafkaFamilies(surveyor(node), runtime.metrics(), APIS, maxTopics);
        registry.register(Families.collector(own::gather));
        registry.register(Families.collector(kafkas::gather));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldCountWhatComesAndGoesWhereItIsLed() throws Exception {
        // Given
        startAll();
        create(Map.of("min.insync.replicas", "2"));

        // When
        try (var producer = producer()) {
            sendAll(producer, 0, 200);
        }
        values(200);

        // Then
        assertThat(scrape(leader(), MAX_TOPICS))
                .contains("tidemark_topic_messages_in_total{topic=\"orders\"} 200.0")
                .contains("kafka_server_brokertopicmetrics_messagesin_total 200.0")
                .contains(
                        "kafka_topic_partition_current_offset{partition=\"0\",topic=\"orders\"} 200.0")
                .contains("tidemark_partition_leaders 1.0")
                .contains("tidemark_partition_underreplicated 0.0")
                .contains("tidemark_partition_log_directory_online{")
                .doesNotContain("tidemark_partition_consumer_bytes_out_total 0.0")
                .doesNotContain("tidemark_partition_replication_bytes_out_total 0.0");
        int follower = leader() == 1 ? 2 : 1;
        assertThat(scrape(follower, MAX_TOPICS))
                .contains("tidemark_partition_leaders 0.0")
                .contains("kafka_server_replicamanager_partitioncount 1.0")
                .doesNotContain("kafka_topic_partition_current_offset{");
    }

    @Test
    void shouldTellOfReplicasThatAreGone() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        int leader = leader();
        List<Integer> followers = isr().stream().filter(node -> node != leader).toList();

        kill(followers.get(0));
        await(
                () ->
                        scrape(leader, MAX_TOPICS)
                                .contains(
                                        "kafka_server_replicamanager_underreplicatedpartitions 1.0"));
        assertThat(scrape(leader, MAX_TOPICS))
                .contains("tidemark_partition_underminisr 0.0")
                .contains("tidemark_partition_atminisr 1.0");
        kill(followers.get(1));

        await(() -> scrape(leader, MAX_TOPICS).contains("tidemark_partition_underminisr 1.0"));
        assertThat(scrape(leader, MAX_TOPICS))
                .contains("kafka_server_replicamanager_isrshrinks_total 2.0");
    }

    @Test
    void shouldShowNoMoreTopicsThanItMay() throws Exception {
        startAll();
        create(Map.of());

        assertThat(scrape(leader(), 0))
                .contains("tidemark_topic_hidden 1.0")
                .contains("tidemark_partition_leaders 1.0")
                .doesNotContain("topic=\"orders\"");
    }

    @Test
    void shouldKeepWhatAPartitionCountedThatIsGone() throws Exception {
        startAll();
        create(Map.of());
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
        }
        int leader = leader();
        Surveyor surveyor = surveyor(leader);
        assertThat(surveyor.survey().traffic().recordsIn()).isEqualTo(50);

        controlPlane
                .submit(new Command.DeleteTopic(Optional.of(TOPIC), Optional.empty()))
                .toCompletableFuture()
                .join();

        await(() -> surveyor.survey().topics().isEmpty());
        assertThat(surveyor.survey().traffic().recordsIn()).isEqualTo(50);
    }

    @Test
    void shouldHaveTheBeansThatToolsForKafkaRead() throws Exception {
        startAll();
        create(Map.of());
        int leader = leader();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (KafkaBeans beans = new KafkaBeans(server, System::nanoTime)) {
            new NodeBeans(
                            beans,
                            surveyor(leader),
                            node(leader).node.runtime().metrics(),
                            APIS,
                            MAX_TOPICS)
                    .start();
            try (var producer = producer()) {
                sendAll(producer, 0, 100);
            }
            String messages = "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec";
            await(() -> read(server, messages, "Count").equals(100L));
            await(() -> read(server, messages + ",topic=orders", "Count").equals(100L));
            await(() -> (Double) read(server, messages, "OneMinuteRate") > 0);
            assertThat((Long) read(server, messages.replace("Messages", "Bytes"), "Count"))
                    .isGreaterThan(100);
            String manager = "kafka.server:type=ReplicaManager,name=";
            assertThat(read(server, manager + "LeaderCount", "Value")).isEqualTo(1);
            assertThat(read(server, manager + "PartitionCount", "Value")).isEqualTo(1);
            assertThat(read(server, manager + "UnderReplicatedPartitions", "Value")).isEqualTo(0);
            assertThat(read(server, manager + "IsrShrinksPerSec", "Count")).isEqualTo(0L);
            assertThat(
                            read(
                                    server,
                                    "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Produce",
                                    "Count"))
                    .isEqualTo(7L);
        }
        assertThat(server.queryNames(new ObjectName("kafka.server:*"), null)).isEmpty();
    }

    private static Object read(MBeanServer server, String bean, String attribute) {
        try {
            return server.getAttribute(new ObjectName(bean), attribute);
        } catch (JMException e) {
            return e; // not there yet
        }
    }
}
