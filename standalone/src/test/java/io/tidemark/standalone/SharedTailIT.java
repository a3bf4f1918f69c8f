package io.tidemark.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** What the counters say of the tail that all followers of a topic share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedTailIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FOLLOWERS = 1_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext broker;
    private MeterRegistry meters;
    private int port;

    SharedTailIT(@TempDir Path data) {
        SpringApplication application = new SpringApplication(TidemarkApplication.class);
        application.addInitializers(new Preflight(TidemarkApplication.LISTENERS));
        broker =
                application.run(
                        "--tidemark.data-dir=" + data,
                        "--tidemark.gateway.port=0",
                        "--tidemark.partition.port=0",
                        "--management.server.port=0",
                        "--tidemark.stream.poll-wait=5s",
                        "--tidemark.stream.tail-size=256KB");
        meters = broker.getBean(MeterRegistry.class);
        port = Integer.parseInt(broker.getEnvironment().getRequiredProperty("local.server.port"));
    }

    @BeforeAll
    void shouldBeReady() {
        await().atMost(PATIENCE).until(() -> get("/topics").equals("[]"));
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    @Test
    void shouldReadTheLogOnceForAThousandFollowers() throws Exception {
        // Given
        createTopic("shared", 3);
        List<Subscriber> followers = new ArrayList<>();
        try {
            for (int i = 0; i < FOLLOWERS; i++) {
                followers.add(subscribe("/topics/shared/events").read());
            }
            await().atMost(PATIENCE)
                    .until(() -> followers.stream().noneMatch(f -> f.lastId().isEmpty()));
            double tailReads = count("reads.tail");
            double ownReads = count("reads.behind");

            // When
            for (int request = 0; request < 10; request++) {
                produce("shared", IntStream.range(0, 30).mapToObj(i -> "{\"value\":1}"));
            }

            // Then
            await().atMost(PATIENCE)
                    .until(() -> followers.stream().allMatch(f -> f.got().size() == 300));
            assertThat(followers).allSatisfy(f -> assertEachOnceInOrder(f.got(), 300));
            assertThat(count("reads.tail") - tailReads).isLessThan(100);
            assertThat(count("reads.behind") - ownReads).isZero();
        } finally {
            followers.forEach(Subscriber::close);
        }
    }

    @Test
    void shouldLeaveBehindWhoDoesNotReadAndLetThemCatchUp() throws Exception {
        // Given: one who reads and one who does not, and more than all buffers between hold
        createTopic("slow", 1);
        String value = "{\"value\":\"" + "x".repeat(20_000) + "\"}";
        try (Subscriber fast = subscribe("/topics/slow/events").read();
                Subscriber slow = subscribe("/topics/slow/events")) {
            await().atMost(PATIENCE).until(() -> !fast.lastId().isEmpty());
            double laggards = count("laggards");

            // When
            for (int request = 0; request < 100; request++) {
                produce("slow", Stream.generate(() -> value).limit(10));
            }

            // Then: the fast one is not held up
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fast.got().size()).isEqualTo(1_000));
            // on a busy machine the fast one may fall behind for a moment, too, and rejoin
            assertThat(count("laggards") - laggards).isPositive();

            // And the slow one has missed nothing
            slow.read();
            await().atMost(PATIENCE).until(() -> slow.got().size() == 1_000);
            assertEachOnceInOrder(slow.got(), 1_000);
            assertEachOnceInOrder(fast.got(), 1_000);
            assertThat(meters.get("tidemark.stream.backlog.bytes").gauge().value()).isZero();
        }
    }

    @Test
    void shouldResumeWhereAKilledStreamLeftOffWhileRecordsKeepComing() throws Exception {
        createTopic("resumed", 3);
        List<String> got = new ArrayList<>();
        String lastId = "";
        for (int round = 0; round < 20; round++) {
            String from = round == 0 ? "?from=earliest" : "";
            try (Subscriber piece =
                    new Subscriber(port, "/topics/resumed/events" + from, lastId).read()) {
                produce("resumed", IntStream.range(0, 50).mapToObj(i -> "{\"value\":" + i + "}"));
                int enough = 1 + round % 7;
                await().atMost(PATIENCE).until(() -> piece.got().size() >= enough);
                piece.close();
                await().atMost(PATIENCE).until(piece::ended);
                got.addAll(piece.got());
                lastId = piece.lastId();
            }
        }
        int left = 1_000 - got.size();
        try (Subscriber last = new Subscriber(port, "/topics/resumed/events", lastId).read()) {
            await().atMost(PATIENCE).until(() -> last.got().size() >= left);
            got.addAll(last.got());
        }
        assertEachOnceInOrder(got, 1_000);
    }

    @Test
    void shouldFollowGrowthAndTellOfDeletion() throws Exception {
        createTopic("growing", 1);
        try (Subscriber follower = subscribe("/topics/growing/events").read()) {
            await().atMost(PATIENCE).until(() -> !follower.lastId().isEmpty());
            patch("/v3/clusters/tidemark/topics/growing", "{\"partitions_count\":2}");
            await().atMost(PATIENCE)
                    .until(() -> get("/topics/growing/partitions").contains("\"partition\":1"));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    post(
                                                    "/topics/growing/partitions/1",
                                                    "{\"records\":[{\"value\":1}]}")
                                            .contains("\"offset\":0"));
            await().atMost(PATIENCE).until(() -> follower.got().contains("1:0"));

            send(request("/v3/clusters/tidemark/topics/growing").DELETE());
            await().atMost(PATIENCE).until(() -> follower.got().contains("failure"));
        }
    }

    private static void assertEachOnceInOrder(List<String> got, int count) {
        assertThat(got).hasSize(count);
        long[] next = new long[8];
        for (String place : got) {
            String[] parts = place.split(":");
            int partition = Integer.parseInt(parts[0]);
            assertThat(Long.parseLong(parts[1])).as(place).isEqualTo(next[partition]++);
        }
    }

    private double count(String name) {
        return meters.get("tidemark.stream." + name).functionCounter().count();
    }

    private Subscriber subscribe(String path) throws IOException {
        return new Subscriber(port, path, "");
    }

    private void createTopic(String name, int partitions) throws Exception {
        String body = "{\"topic_name\":\"%s\",\"partitions_count\":%d}".formatted(name, partitions);
        send(
                request("/v3/clusters/tidemark/topics")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
        produceable(name, partitions);
    }

    /** Waits until every partition has a leader. */
    private void produceable(String name, int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            String path = "/topics/" + name + "/partitions/" + partition + "/offsets";
            await().atMost(PATIENCE).until(() -> get(path).contains("\"end_offset\":0"));
        }
    }

    private void produce(String topic, Stream<String> records) throws Exception {
        String body = "{\"records\":[" + String.join(",", records.toList()) + "]}";
        assertThat(post("/topics/" + topic, body)).doesNotContain("\"error_code\":5");
    }

    private String post(String path, String body) throws Exception {
        return send(
                request(path)
                        .header("Content-Type", "application/vnd.kafka.json.v2+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private void patch(String path, String body) throws Exception {
        send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    }

    private String get(String path) throws Exception {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private String send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
