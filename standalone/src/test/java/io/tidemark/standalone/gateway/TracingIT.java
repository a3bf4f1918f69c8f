package io.tidemark.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/** From a request with a traceparent to the span of its delivery, as a collector gets them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final Pattern CARRIED =
            Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])");

    private final HttpClient http = HttpClient.newHttpClient();
    private SpanReceiver receiver;
    private ReactiveWebServerApplicationContext context;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        receiver = new SpanReceiver();
        context =
                (ReactiveWebServerApplicationContext)
                        new SpringApplicationBuilder(RestIT.Application.class)
                                .run(
                                        "--server.port=0",
                                        "--management.server.port=0",
                                        "--spring.main.banner-mode=off",
                                        "--tidemark.data-dir=" + folder,
                                        "--tidemark.partition.port=0",
                                        "--tidemark.gateway.tracing.endpoint="
                                                + receiver.endpoint(),
                                        "--tidemark.gateway.tracing.sampling=0");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("/brokers").equals("{\"brokers\":[1]}"));
        String clusters = get("/v3/clusters");
        Matcher id = Pattern.compile("\"cluster_id\":\"([^\"]+)\"").matcher(clusters);
        assertThat(id.find()).as(clusters).isTrue();
        for (String topic : List.of("orders", "shipments")) {
            post(
                    "/v3/clusters/" + id.group(1) + "/topics",
                    "application/json",
                    "{\"topic_name\":\"" + topic + "\",\"partitions_count\":1}");
        }
    }

    @AfterAll
    void stop() {
        http.close();
        context.close();
        receiver.close();
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:%d%s"
                        .formatted(Objects.requireNonNull(context.getWebServer()).getPort(), path));
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
    }

    private HttpResponse<String> post(String path, String type, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofString());
    }

    /** The traceparent of the newest record, as it was stored. */
    private Matcher carried(int records) throws IOException, InterruptedException {
        String lines =
                http.send(
                                HttpRequest.newBuilder(
                                                uri(
                                                        "/topics/orders/events?from=earliest&limit="
                                                                + records))
                                        .header("Accept", "application/x-ndjson")
                                        .build(),
                                BodyHandlers.ofString())
                        .body();
        Matcher matcher = CARRIED.matcher(lines.lines().toList().get(records - 1));
        assertThat(matcher.find()).as(lines).isTrue();
        return matcher;
    }

    @Test
    void shouldSpanFromTheRequestToTheDelivery() throws Exception {
        // Given a caller that records its trace
        post(
                "/topics/orders/events",
                "text/plain",
                "v",
                "traceparent",
                "00-" + TRACE + "-" + CALLER + "-01");

        // When its record is streamed
        Matcher carried = carried(1);

        // Then the record names the append, and so does the delivery
        assertThat(carried.group(1)).isEqualTo(TRACE);
        assertThat(carried.group(2)).isNotEqualTo(CALLER);
        String append = carried.group(2);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            assertThat(receiver.count("POST orders")).isEqualTo(1);
                            assertThat(receiver.count("send orders")).isEqualTo(1);
                            assertThat(receiver.count("deliver orders")).isEqualTo(1);
                        });
        assertThat(receiver.count("tidemark-gateway")).isPositive();
        assertThat(receiver.countId(CALLER)).as("the parent of the request").isEqualTo(1);
        assertThat(receiver.countId(append)).as("its own span and the link").isEqualTo(2);
        assertThat(receiver.countId(TRACE)).as("request, append, link").isEqualTo(3);

        // And what nobody records is carried, and not sent
        post("/topics/orders/events", "text/plain", "w");
        Matcher unrecorded = carried(2);
        assertThat(unrecorded.group(3)).isEqualTo("0");
        assertThat(unrecorded.group(1)).isNotEqualTo(TRACE);
    }

    @Test
    void shouldSpanWhatRestConsumersAreGiven() throws Exception {
        // Given a traced record, and one that is not
        String trace = "5cf92f3577b34da6a3ce929d0e0e4737";
        String parent = "00-" + trace + "-" + CALLER + "-01";
        post("/topics/shipments/events", "text/plain", "v", "traceparent", parent);
        post("/topics/shipments/events", "text/plain", "w");

        // When a REST consumer has read both
        String v2 = "application/vnd.kafka.v2+json";
        String instance = "/consumers/traced/instances/one";
        post(
                "/consumers/traced",
                v2,
                "{\"name\":\"one\",\"format\":\"binary\",\"auto.offset.reset\":\"earliest\"}");
        post(instance + "/subscription", v2, "{\"topics\":[\"shipments\"]}");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> read(instance).contains("\"offset\":1"));

        // Then the append and its delivery are of the caller's trace
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () ->
                                assertThat(receiver.count("deliver shipments"))
                                        .as("the read that had the traced record")
                                        .isEqualTo(1));
        assertThat(receiver.countId(trace)).as("request, append, link").isEqualTo(3);
    }

    private String read(String instance) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(uri(instance + "/records"))
                                .header("Accept", "application/vnd.kafka.binary.v2+json")
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
