package io.tidemark.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.CoordinatorServiceConfiguration;
import io.tidemark.gateway.GatewayConfiguration;
import io.tidemark.partition.shell.PartitionServiceConfiguration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestIT {

    private static final String V2 = "application/vnd.kafka.json.v2+json";

    private final HttpClient http = HttpClient.newHttpClient();
    private ReactiveWebServerApplicationContext context;
    private String cluster;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({
        CoordinatorServiceConfiguration.class,
        PartitionServiceConfiguration.class,
        GatewayConfiguration.class
    })
    static class Application {}

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        context =
                (ReactiveWebServerApplicationContext)
                        new SpringApplicationBuilder(Application.class)
                                .run(
                                        "--server.port=0",
                                        "--management.server.port=0",
                                        "--spring.main.banner-mode=off",
                                        "--tidemark.data-dir=" + folder,
                                        "--tidemark.partition.port=0");
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!send("GET", "/brokers", "").body().equals("{\"brokers\":[1]}")) {
            assertThat(System.nanoTime()).as("the broker came up in time").isLessThan(end);
            Thread.sleep(50);
        }
        cluster =
                "/v3/clusters/"
                        + json(send("GET", "/v3/clusters", ""))
                                .get("data")
                                .get(0)
                                .get("cluster_id")
                                .asString();
    }

    @AfterAll
    void stop() {
        http.close();
        context.close();
    }

    @Test
    void shouldCreateGrowConfigureAndDeleteATopic() throws Exception {
        // Create
        HttpResponse<String> created =
                send(
                        "POST",
                        cluster + "/topics",
                        "{\"topic_name\":\"life\",\"partitions_count\":2,\"configs\":"
                                + "[{\"name\":\"retention.ms\",\"value\":\"60000\"}]}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location").orElse(""))
                .endsWith(cluster + "/topics/life");
        assertThat(json(send("GET", cluster + "/topics/life", "")).get("partitions_count").asInt())
                .isEqualTo(2);
        assertError(send("POST", cluster + "/topics", "{\"topic_name\":\"life\"}"), 409, 40902);

        // Configure
        assertThat(configs("retention.ms")).isEqualTo("60000");
        assertThat(
                        send(
                                        "PUT",
                                        cluster + "/topics/life/configs/retention.ms",
                                        "{\"value\":\"70000\"}")
                                .statusCode())
                .isEqualTo(204);
        assertThat(configs("retention.ms")).isEqualTo("70000");
        assertError(
                send(
                        "POST",
                        cluster + "/topics/life/configs:alter",
                        "{\"data\":[{\"name\":\"retention.ms\",\"value\":\"soon\"}]}"),
                422,
                42204);
        assertThat(send("DELETE", cluster + "/topics/life/configs/retention.ms", "").statusCode())
                .isEqualTo(204);
        assertThat(configs("retention.ms")).isEqualTo("604800000");

        // Grow
        assertThat(
                        json(send("PATCH", cluster + "/topics/life", "{\"partitions_count\":3}"))
                                .get("partitions_count")
                                .asInt())
                .isEqualTo(3);
        assertError(
                send("PATCH", cluster + "/topics/life", "{\"partitions_count\":1}"), 400, 40002);

        // Delete
        assertThat(send("DELETE", cluster + "/topics/life", "").statusCode()).isEqualTo(204);
        assertError(send("GET", cluster + "/topics/life", ""), 404, 40401);
        assertError(post("/topics/life/events", "text/plain", "v"), 404, 40401);
    }

    private String configs(String name) throws Exception {
        return json(send("GET", cluster + "/topics/life/configs/" + name, ""))
                .get("value")
                .asString();
    }

    @Test
    void shouldRefuseBadTopics() throws Exception {
        assertError(send("POST", cluster + "/topics", "{\"topic_name\":\"a b\"}"), 400, 40002);
        assertError(
                send(
                        "POST",
                        cluster + "/topics",
                        "{\"topic_name\":\"bad\",\"replication_factor\":9}"),
                400,
                40002);
        assertError(
                send(
                        "POST",
                        cluster + "/topics",
                        "{\"topic_name\":\"bad\",\"configs\":[{\"name\":\"x\",\"value\":\"1\"}]}"),
                422,
                42204);
    }

    @Test
    void shouldStoreEachAcknowledgedRecordOnceInOrder() throws Exception {
        // Given
        assertThat(
                        send(
                                        "POST",
                                        cluster + "/topics",
                                        "{\"topic_name\":\"flow\",\"partitions_count\":1}")
                                .statusCode())
                .isEqualTo(201);

        // When many connections produce at once
        CompletableFuture<?>[] replies =
                IntStream.range(0, 200)
                        .mapToObj(
                                i ->
                                        http.sendAsync(
                                                        request(
                                                                "POST",
                                                                "/topics/flow",
                                                                V2,
                                                                "{\"records\":[{\"value\":"
                                                                        + i
                                                                        + "}]}"),
                                                        HttpResponse.BodyHandlers.ofString())
                                                .thenAccept(
                                                        reply ->
                                                                assertThat(reply.body())
                                                                        .contains(
                                                                                "\"error_code\":null")))
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(replies).get();

        // Then
        HttpResponse<String> offsets = send("GET", "/topics/flow/partitions/0/offsets", "");
        assertThat(offsets.body()).isEqualTo("{\"beginning_offset\":0,\"end_offset\":200}");
        JsonNode records =
                JsonMapper.shared()
                        .readTree(
                                http.send(
                                                HttpRequest.newBuilder(
                                                                uri(
                                                                        "/topics/flow/partitions/0/records?offset=0&max_bytes=1000000"))
                                                        .header("Accept", V2)
                                                        .build(),
                                                HttpResponse.BodyHandlers.ofString())
                                        .body());
        assertThat(records.size()).isEqualTo(200);
        assertThat(IntStream.range(0, 200).map(i -> records.get(i).get("value").asInt()).distinct())
                .hasSize(200);
    }

    @Test
    void shouldFailOnlyTheRecordThatTheLogRefuses() throws Exception {
        send("POST", cluster + "/topics", "{\"topic_name\":\"strict\",\"partitions_count\":1}");
        JsonNode offsets =
                json(post(
                                "/topics/strict",
                                V2,
                                "{\"records\":[{\"value\":1},{\"value\":2,\"timestamp\":4102444800000},"
                                        + "{\"value\":3}]}"))
                        .get("offsets");
        assertThat(offsets.get(0).get("offset").asInt()).isZero();
        assertThat(offsets.get(1).get("error_code").isNull()).isFalse();
        assertThat(offsets.get(2).get("offset").asInt()).isEqualTo(1);
    }

    private URI uri(String path) {
        int port = Objects.requireNonNull(context.getWebServer()).getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                request(method, path, "application/json", body),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return http.send(request("POST", path, type, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, String type, String body) {
        return HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(40))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", type)
                .build();
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return JsonMapper.shared().readTree(response.body());
    }

    private static void assertError(HttpResponse<String> response, int status, int code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = JsonMapper.shared().readTree(response.body());
        assertThat(error.get("error_code").asInt()).as(response.body()).isEqualTo(code);
    }
}
