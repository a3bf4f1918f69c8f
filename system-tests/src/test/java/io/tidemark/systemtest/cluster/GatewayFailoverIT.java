package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP clients of one gateway while the leaders behind it are paused and killed: none of them sees
 * an error, a gap or a record twice.
 */
class GatewayFailoverIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "failover";
    private static final int PARTITIONS = 3;

    /** Session, election and retry on a busy machine; without following, 10 s and more. */
    private static final long MAX_PAUSE_MS = 15_000;

    @TempDir private Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean writing = true;
    private final AtomicInteger stored = new AtomicInteger();
    private final AtomicLong longestMs = new AtomicLong();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    @Test
    void shouldHideFailoversFromHttpClients() throws Exception {
        Path jar = Path.of(System.getProperty("tidemark.jar"));
        try (ClusterProcesses cluster =
                ClusterProcesses.start(
                        ClusterProcesses.Plan.ofThree(
                                        Distribution.in(Objects.requireNonNull(jar.getParent())),
                                        folder)
                                .of(Size.ofNodes(3, 1))
                                .with("tidemark.stream.heartbeat", "500ms"))) {
            createTopic(cluster);
            Reader reader = new Reader(cluster);
            Thread reading = Thread.ofVirtual().start(reader);
            List<Thread> writers = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                int own = partition;
                writers.add(Thread.ofVirtual().start(() -> write(cluster, own)));
            }
            awaitSome(cluster);

            // When one leader is paused for longer than its session
            ClusterMember paused = leader(cluster, 0);
            paused.pause();
            awaitLeader(cluster, 0, paused.id());
            awaitSome(cluster);
            paused.resume();
            cluster.awaitFullIsr(PATIENCE);

            // And one is killed
            ClusterMember killed = leader(cluster, 1);
            killed.kill9();
            awaitLeader(cluster, 1, killed.id());
            awaitSome(cluster);
            killed.start();
            cluster.awaitFullIsr(PATIENCE);

            // And one stops in order
            ClusterMember stopped = leader(cluster, 2);
            stopped.stop();
            awaitSome(cluster);
            writing = false;
            for (Thread writer : writers) {
                writer.join();
            }

            // Then
            assertThat(errors).isEmpty();
            cluster.await("the stream has it all", PATIENCE, () -> reader.count() >= stored.get());
            reading.interrupt();
            reading.join();
            assertThat(reader.faults).isEmpty();
            assertThat(reader.count()).isEqualTo(stored.get());
            assertThat(reader.longestSilenceMs.get()).isLessThan(MAX_PAUSE_MS);
            assertThat(longestMs.get()).isLessThan(MAX_PAUSE_MS);
        } finally {
            writing = false;
            http.close();
        }
    }

    private static void createTopic(ClusterProcesses cluster) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            NewTopic topic =
                    new NewTopic(
                                    TOPIC,
                                    Map.of(
                                            0, List.of(1, 2, 3),
                                            1, List.of(2, 3, 1),
                                            2, List.of(3, 1, 2)))
                            .configs(Map.of("min.insync.replicas", "2"));
            admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        }
        cluster.awaitFullIsr(PATIENCE);
        cluster.await(
                "the gateway knows the topic",
                PATIENCE,
                () -> cluster.partition(TOPIC, PARTITIONS - 1).isPresent());
    }

    private static ClusterMember leader(ClusterProcesses cluster, int partition) {
        return cluster.node(cluster.partition(TOPIC, partition).orElseThrow().leader());
    }

    private static void awaitLeader(ClusterProcesses cluster, int partition, int notThis) {
        cluster.await(
                "another node leads partition " + partition,
                PATIENCE,
                () ->
                        cluster.partition(TOPIC, partition)
                                .filter(p -> p.leader() >= 0 && p.leader() != notThis)
                                .isPresent());
    }

    /** Some more writes to each partition, on average. */
    private void awaitSome(ClusterProcesses cluster) {
        int before = stored.get();
        cluster.await(
                "writes go on: " + errors,
                PATIENCE,
                () -> stored.get() >= before + 50 * PARTITIONS || !errors.isEmpty());
    }

    private void write(ClusterProcesses cluster, int partition) {
        int number = 0;
        while (writing && errors.isEmpty()) {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    cluster.http(
                                            1,
                                            "/topics/" + TOPIC + "/events?partition=" + partition))
                            .POST(HttpRequest.BodyPublishers.ofString(partition + ":" + number++))
                            .timeout(Duration.ofSeconds(45))
                            .build();
            long start = System.nanoTime();
            try {
                HttpResponse<String> response =
                        http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 404 && stored.get() == 0) {
                    number = 0; // the news of the topic has not come to the gateway yet
                } else if (response.statusCode() == 200) {
                    stored.incrementAndGet();
                    long tookMs = (System.nanoTime() - start) / 1_000_000;
                    longestMs.accumulateAndGet(tookMs, Math::max);
                } else {
                    errors.add(response.statusCode() + " " + response.body());
                }
            } catch (Exception e) {
                errors.add(e.toString());
            }
        }
    }

    /** Follows the topic on one connection, and checks that each partition's numbers go on by 1. */
    private final class Reader implements Runnable {
        private final ClusterProcesses cluster;
        private final int[] next = new int[PARTITIONS];
        private final AtomicInteger read = new AtomicInteger();
        private final AtomicLong longestSilenceMs = new AtomicLong();
        private final Queue<String> faults = new ConcurrentLinkedQueue<>();

        Reader(ClusterProcesses cluster) {
            this.cluster = cluster;
        }

        int count() {
            return read.get();
        }

        @Override
        public void run() {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    cluster.http(1, "/topics/" + TOPIC + "/events?from=earliest"))
                            .header("Accept", "application/x-ndjson")
                            .build();
            try {
                HttpResponse<InputStream> response = open(request);
                try (BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                    long heard = System.nanoTime();
                    String line = lines.readLine();
                    while (line != null) {
                        long now = System.nanoTime();
                        longestSilenceMs.accumulateAndGet((now - heard) / 1_000_000, Math::max);
                        heard = now;
                        take(JsonMapper.shared().readTree(line));
                        line = lines.readLine();
                    }
                }
                faults.add("the stream has ended");
            } catch (Exception e) {
                if (!Thread.currentThread().isInterrupted() && writing) {
                    faults.add(e.toString());
                }
            }
        }

        private HttpResponse<InputStream> open(HttpRequest request) throws Exception {
            HttpResponse<InputStream> response =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            while (response.statusCode() == 404) {
                response.body().close();
                TimeUnit.MILLISECONDS.sleep(20);
                response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            }
            assertThat(response.statusCode()).isEqualTo(200);
            return response;
        }

        private void take(JsonNode line) {
            if (!line.has("offset")) {
                if (!line.has("cursor")) {
                    faults.add("not a record: " + line);
                }
                return;
            }
            int partition = line.get("partition").asInt();
            String expected = partition + ":" + next[partition];
            if (!line.get("value").asString().equals(expected)
                    || line.get("offset").asInt() != next[partition]) {
                faults.add(expected + " expected, came " + line);
            }
            next[partition]++;
            read.incrementAndGet();
        }
    }
}
