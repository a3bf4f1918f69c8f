package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.documentation.MonitoringFiles;
import io.tidemark.documentation.MonitoringFiles.Alert;
import io.tidemark.documentation.MonitoringFiles.Selector;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.PrometheusProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the processes of a real cluster show, against what dashboards and alerts ask for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class MonitoringIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TEXT = "application/vnd.kafka.text.v2+json";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(\\{.*})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    /** What Prometheus adds, and an orchestrator's discovery. */
    private static final Set<String> ADDED = Set.of("instance", "job", "namespace", "pod");

    private final HttpClient http = HttpClient.newHttpClient();
    private ClusterProcesses cluster;
    private ClusterClients clients;

    /** Redis is configured, and not there: a gateway starts without it, and shows that. */
    @BeforeAll
    void startCluster(@TempDir Path folder) throws Exception {
        cluster =
                ClusterProcesses.start(
                        ClusterProcesses.Plan.ofThree(Installation.distribution(), folder)
                                .with("tidemark.redis.url", "redis://127.0.0.1:1")
                                .with("tidemark.coordinator.metrics.lag-interval", "500ms")
                                .loggingTo(Installation.newLogFolder()));
        clients = new ClusterClients(cluster);
        clients.createTopic("orders", 3);
        for (int i = 0; i < 12; i++) {
            String body = "{\"records\":[{\"value\":\"v\",\"partition\":%d}]}".formatted(i % 3);
            assertThat(clients.post("/topics/orders", TEXT, body).statusCode()).isEqualTo(200);
        }
        assertThat(clients.read("orders", 0, 4)).hasSize(4);
        try (var admin = clients.admin()) {
            admin.alterConsumerGroupOffsets(
                            "billing",
                            Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
        clients.joinAndLeave("readers", "orders");
    }

    @AfterAll
    void endCluster() {
        clients.close();
        cluster.close();
    }

    private String scrape(ClusterMember member) {
        try {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    member.member().managementUrl()
                                                            + "/actuator/prometheus"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(member + " shows nothing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<String> samples() {
        List<String> lines = new ArrayList<>();
        for (ClusterMember member : cluster.all()) {
            scrape(member).lines().filter(line -> !line.startsWith("#")).forEach(lines::add);
        }
        return lines;
    }

    private static Map<String, Set<String>> labelsByMetric(List<String> samples) {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String sample : samples) {
            Matcher matcher = SAMPLE.matcher(sample);
            assertThat(matcher.matches()).as(sample).isTrue();
            Set<String> labels =
                    found.computeIfAbsent(matcher.group(1), metric -> new HashSet<>(ADDED));
            if (matcher.group(2) != null) {
                Matcher label = LABEL.matcher(matcher.group(2));
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
        }
        return found;
    }

    @Test
    void shouldShowEveryMetricThatDashboardsAndAlertsName() {
        awaitLag();
        Map<String, Set<String>> shown = labelsByMetric(samples());
        Set<String> missing = new TreeSet<>();
        for (Path file : MonitoringFiles.dashboards()) {
            for (String query : MonitoringFiles.queries(MonitoringFiles.dashboard(file))) {
                check(file.getFileName() + ": " + query, query, shown, missing);
            }
        }
        for (Alert alert : MonitoringFiles.alerts()) {
            check(alert.name(), alert.expression(), shown, missing);
        }
        assertThat(missing).isEmpty();
    }

    private static void check(
            String where, String query, Map<String, Set<String>> shown, Set<String> missing) {
        List<Selector> selectors = MonitoringFiles.selectors(query);
        assertThat(selectors).as(where).isNotEmpty();
        for (Selector selector : selectors) {
            Set<String> labels = shown.get(selector.metric());
            if (labels == null) {
                missing.add(selector.metric() + " (" + where + ")");
            } else if (!labels.containsAll(selector.labels())) {
                missing.add(selector + " has the labels " + labels + " (" + where + ")");
            }
        }
    }

    @Test
    void shouldShowTheLagOfAGroupOnceInTheCluster() {
        awaitLag();

        assertThat(samples().stream().filter(line -> line.contains("=\"billing\"")))
                .containsExactlyInAnyOrder(
                        "tidemark_group_lag{group=\"billing\",topic=\"orders\"} 3.0",
                        "tidemark_group_members{group=\"billing\"} 0.0",
                        "kafka_consumergroup_members{consumergroup=\"billing\"} 0.0",
                        "kafka_consumergroup_current_offset{consumergroup=\"billing\",partition=\"0\",topic=\"orders\"} 1.0",
                        "kafka_consumergroup_lag{consumergroup=\"billing\",partition=\"0\",topic=\"orders\"} 3.0");
    }

    @Test
    void shouldAnswerTheQueriesOfDashboardsForKafka(@TempDir Path folder) throws IOException {
        assumeTrue(
                PrometheusProcess.isInstalled(),
                "Prometheus is not installed (apt-get install prometheus)");
        readAsAGroupWithKcat();
        List<PrometheusProcess.Target> targets =
                cluster.all().stream()
                        .map(
                                member ->
                                        new PrometheusProcess.Target(
                                                URI.create(member.member().managementUrl())
                                                        .getAuthority(),
                                                Map.of(
                                                        "namespace",
                                                        "tests",
                                                        "strimzi_io_cluster",
                                                        "tidemark",
                                                        "kubernetes_pod_name",
                                                        "tidemark-" + member)))
                        .toList();
        try (PrometheusProcess prometheus = PrometheusProcess.start(folder, targets)) {
            List<String> unanswered = new ArrayList<>(DashboardQueries.answerable());
            cluster.await(
                    "data for " + unanswered,
                    PATIENCE,
                    () -> {
                        unanswered.removeIf(query -> hasData(prometheus.query(query)));
                        return unanswered.isEmpty();
                    });
            // and what is said to be impossible has not become possible
            assertThat(DashboardQueries.impossible())
                    .isNotEmpty()
                    .noneMatch(metric -> hasData(prometheus.query(metric)));
        }
    }

    private static boolean hasData(String answer) {
        return answer.contains("\"status\":\"success\"") && answer.contains("\"value\":[");
    }

    /** A group of librdkafka's, which has read all there is. */
    private void readAsAGroupWithKcat() {
        assumeTrue(
                ExternalCommand.isInstalled("kcat"),
                "kcat is not installed (apt-get install kcat)");
        ExternalCommand.run(
                        "kcat",
                        "-b",
                        cluster.bootstrapServers(),
                        "-G",
                        "kcat-readers",
                        "-e",
                        "-q",
                        "-X",
                        "auto.offset.reset=earliest",
                        "orders")
                .expectSuccess();
    }

    private void awaitLag() {
        cluster.await(
                "the lag of a group",
                PATIENCE,
                () ->
                        samples().stream()
                                .anyMatch(
                                        line ->
                                                line.startsWith("kafka_consumergroup_lag")
                                                        && line.contains("billing")));
    }

    @Test
    void shouldShowEachPartitionsOffsetsOnceInTheCluster() {
        assertThat(
                        samples().stream()
                                .filter(
                                        line ->
                                                line.startsWith(
                                                        "kafka_topic_partition_current_offset")))
                .containsExactlyInAnyOrder(
                        "kafka_topic_partition_current_offset{partition=\"0\",topic=\"orders\"} 4.0",
                        "kafka_topic_partition_current_offset{partition=\"1\",topic=\"orders\"} 4.0",
                        "kafka_topic_partition_current_offset{partition=\"2\",topic=\"orders\"} 4.0");
        assertThat(samples()).contains("kafka_topic_partitions{topic=\"orders\"} 3.0");
    }

    @Test
    void shouldHaveOneActiveController() {
        assertThat(
                        samples().stream()
                                .filter(
                                        "kafka_controller_kafkacontroller_activecontrollercount 1.0"
                                                ::equals))
                .hasSize(1);
    }
}
