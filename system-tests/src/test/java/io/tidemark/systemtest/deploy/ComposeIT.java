package io.tidemark.systemtest.deploy;

import static io.tidemark.systemtest.deploy.ContainerEngine.docker;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.testkit.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The images and docker-compose.yml, for real. Skipped where there is no container engine. */
class ComposeIT {
    private static final String TAG = "compose-it";
    private static final String PROJECT = "tidemark-it-" + ProcessHandle.current().pid();
    private static final int HTTP_PORT = FreePorts.next();
    private static final List<Integer> KAFKA_PORTS =
            List.of(FreePorts.next(), FreePorts.next(), FreePorts.next());
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static boolean begun;

    @BeforeAll
    static void start() {
        Optional<String> missing =
                ContainerEngine.missing(
                        "eclipse-temurin:25-jre", "redis:7-alpine", "haproxy:2.6-bookworm");
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        ContainerEngine.buildImages(TAG);
        begun = true;
        ContainerEngine.compose(environment(), PROJECT, "up", "-d").expectSuccess();
        awaitHttp();
    }

    @AfterAll
    static void stop() {
        if (begun) {
            ContainerEngine.compose(environment(), PROJECT, "down", "-v", "-t", "30");
            Stream.of(
                            "coordinator-service",
                            "partition-service",
                            "gateway-service",
                            "standalone",
                            "demo")
                    .forEach(name -> docker("rmi", "tidemark/" + name + ":" + TAG));
        }
    }

    private static List<String> environment() {
        List<String> variables = new ArrayList<>();
        variables.add("TIDEMARK_VERSION=" + TAG);
        variables.add("TIDEMARK_HTTP_PORT=" + HTTP_PORT);
        for (int i = 0; i < KAFKA_PORTS.size(); i++) {
            variables.add("TIDEMARK_KAFKA_PORT_" + (i + 1) + "=" + KAFKA_PORTS.get(i));
        }
        return variables;
    }

    @Test
    void shouldLoseNothingThatWasAcknowledgedWhenContainersAreKilled() throws Exception {
        // Given
        create("kept");
        Set<String> acknowledged = new HashSet<>();
        try (KafkaProducer<String, String> producer = producer()) {
            write(producer, "before", acknowledged);
            // When a node dies
            docker("kill", container("node-1"));
            write(producer, "without-node-1", acknowledged);
            docker("start", container("node-1"));
            // And a gateway
            docker("kill", container("gateway-1"));
            write(producer, "without-gateway-1", acknowledged);
            docker("start", container("gateway-1"));
            // And a coordinator
            docker("kill", container("coordinator-1"));
            write(producer, "without-coordinator-1", acknowledged);
            docker("start", container("coordinator-1"));
        }
        // Then
        assertThat(acknowledged).as("both ways were open most of the time").hasSizeGreaterThan(600);
        assertThat(readAll("kept")).containsAll(acknowledged);
    }

    @Test
    void shouldServeKafkaClientsInsideByTheInnerAddresses() throws Exception {
        create("inside");
        Path classes = Path.of(InsideClient.class.getResource("/").toURI());
        String output =
                docker(
                        "run",
                        "--rm",
                        "--network",
                        PROJECT + "_default",
                        "-v",
                        classes + ":/test:ro",
                        "--entrypoint",
                        "java",
                        "tidemark/standalone:" + TAG,
                        "-cp",
                        "/test:/opt/tidemark/lib/*",
                        InsideClient.class.getName(),
                        "node-1:9092,node-2:9092,node-3:9092",
                        "inside");
        assertThat(output).contains("read 10");
    }

    @Test
    void shouldStreamEventsThroughTheOnePortAsTheyCome() throws Exception {
        create("live");
        HttpRequest follow =
                HttpRequest.newBuilder(uri("/topics/live/events?from=earliest"))
                        .header("Accept", "text/event-stream")
                        .timeout(TIMEOUT)
                        .build();
        // The gateway that is asked may hear of the topic after the one that made it.
        HttpResponse<Stream<String>> stream =
                await().atMost(TIMEOUT)
                        .until(
                                () -> HTTP.send(follow, BodyHandlers.ofLines()),
                                answer -> answer.statusCode() == 200);
        try (Stream<String> lines = stream.body()) {
            var data = lines.filter(line -> line.startsWith("data:")).iterator();
            for (int i = 0; i < 3; i++) {
                assertThat(post("live", "event-" + i)).isTrue();
                assertThat(data.next()).contains("event-" + i);
            }
        }
    }

    @Test
    void shouldRunWithoutRootAndWithoutWritingToTheImage() {
        for (String service : List.of("coordinator-1", "node-1", "gateway-1")) {
            String container = container(service);
            assertThat(docker("exec", container, "id", "-u")).isEqualTo("10001");
            assertThat(docker("inspect", "-f", "{{.HostConfig.ReadonlyRootfs}}", container))
                    .isEqualTo("true");
            assertThat(docker("exec", container, "/opt/tidemark/bin/probe", "liveness")).isEmpty();
        }
    }

    private static void write(
            KafkaProducer<String, String> producer, String phase, Set<String> acknowledged)
            throws Exception {
        for (int i : IntStream.range(0, 100).toArray()) {
            String outside = phase + "-kafka-" + i;
            producer.send(new ProducerRecord<>("kept", outside, outside)).get();
            acknowledged.add(outside);
            String http = phase + "-http-" + i;
            if (post("kept", http)) {
                acknowledged.add(http);
            }
        }
    }

    private static boolean post(String topic, String value) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri("/topics/" + topic + "/events?key=" + value))
                        .timeout(TIMEOUT)
                        .POST(BodyPublishers.ofString(value))
                        .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false; // cut off with a gateway: nobody knows, so it does not count
        }
    }

    private static void create(String topic) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri("/v3/clusters/tidemark/topics"))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"topic_name\":\"%s\",\"partitions_count\":1}"
                                                .formatted(topic)))
                        .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("\"replication_factor\":3");
    }

    private static Set<String> readAll(String topic) {
        Set<String> values = new HashSet<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
            long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadlineNanos) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap(), "reconnect.backoff.max.ms", 200),
                new StringSerializer(),
                new StringSerializer());
    }

    private static String bootstrap() {
        return String.join(",", KAFKA_PORTS.stream().map(port -> "127.0.0.1:" + port).toList());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + HTTP_PORT + path);
    }

    private static String container(String service) {
        return ContainerEngine.compose(environment(), PROJECT, "ps", "-a", "-q", service)
                .expectSuccess()
                .strip();
    }

    private static void awaitHttp() {
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(
                        () ->
                                HTTP.send(
                                                        HttpRequest.newBuilder(uri("/v3/clusters"))
                                                                .timeout(Duration.ofSeconds(5))
                                                                .build(),
                                                        BodyHandlers.discarding())
                                                .statusCode()
                                        == 200);
    }
}
