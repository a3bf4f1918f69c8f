package io.tidemark.gateway;

import static io.tidemark.gateway.FixedControlPlane.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Batch;
import io.tidemark.gateway.ScriptedPartitionService.Stored;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP interface over real sockets, before a partition service that does as it is told. */
class GatewayHttpIT {

    private static final String JSON = "application/vnd.kafka.json.v2+json";
    private static final int MAX_BODY = 256 << 10;
    private static final int BUDGET = 128 << 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private ScriptedPartitionService partitions;
    private ReactiveWebServerApplicationContext context;
    private int port;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(GatewayConfiguration.class)
    static class Application {}

    @BeforeEach
    void start() throws IOException {
        partitions = new ScriptedPartitionService();
        ControlPlane controlPlane = new FixedControlPlane(partitions.port(), 4);
        context =
                (ReactiveWebServerApplicationContext)
                        new SpringApplicationBuilder(Application.class)
                                .initializers(
                                        c ->
                                                c.getBeanFactory()
                                                        .registerSingleton(
                                                                "controlPlane", controlPlane))
                                .properties(
                                        Map.of(
                                                "server.port",
                                                "0",
                                                "server.address",
                                                "127.0.0.1",
                                                "management.server.port",
                                                "",
                                                "management.endpoints.web.exposure.include",
                                                "health,prometheus",
                                                "spring.main.web-application-type",
                                                "reactive",
                                                "spring.main.banner-mode",
                                                "off",
                                                "tidemark.gateway.in-flight-bytes",
                                                BUDGET + "B",
                                                "tidemark.gateway.max-body-size",
                                                MAX_BODY + "B",
                                                "tidemark.gateway.request-timeout",
                                                "5s"))
                                .run();
        port = java.util.Objects.requireNonNull(context.getWebServer()).getPort();
    }

    @AfterEach
    void stop() {
        partitions.release();
        http.close();
        context.close();
        partitions.close();
    }

    @Test
    void shouldProduceJsonAsItStands() throws Exception {
        // When
        Reply reply =
                post(
                        "/topics/orders",
                        JSON,
                        "{\"records\":[{\"key\":\"a\",\"value\":{\"n\": 1.0},\"partition\":2,"
                                + "\"timestamp\":5,\"headers\":[{\"name\":\"h\",\"value\":\"aGk=\"}]},"
                                + "{\"value\":null,\"partition\":2}]}");

        // Then
        assertThat(reply.status).isEqualTo(200);
        assertThat(reply.body)
                .isEqualTo(
                        "{\"offsets\":[{\"partition\":2,\"offset\":0,\"error_code\":null,"
                                + "\"error\":null},{\"partition\":2,\"offset\":1,\"error_code\":null,"
                                + "\"error\":null}],\"key_schema_id\":null,\"value_schema_id\":null}");
        assertThat(reply.contentType).isEqualTo("application/vnd.kafka.v2+json");
        assertThat(partitions.stored().getFirst())
                .isEqualTo(new Stored(2, 0, 5, "\"a\"", "{\"n\": 1.0}", Map.of("h", "hi")));
        assertThat(partitions.stored().getLast().value()).isNull();
    }

    @Test
    void shouldPutKeysWhereKafkaPutsThem() throws Exception {
        post("/topics/orders/events?key=user-1", "text/plain", "x");
        byte[] key = "user-1".getBytes(UTF_8);
        assertThat(partitions.stored().getFirst().partition())
                .isEqualTo(io.tidemark.protocol.record.Partitioner.partition(key, 4));
    }

    @Test
    void shouldReportEachRecordOfARequestByItself() throws Exception {
        Reply reply =
                post(
                        "/topics/orders",
                        JSON,
                        "{\"records\":[{\"value\":1,\"partition\":0},{\"value\":2,\"partition\":9}]}");
        assertThat(reply.status).isEqualTo(200);
        JsonNode offsets = reply.json().get("offsets");
        assertThat(offsets.get(0).get("error_code").isNull()).isTrue();
        assertThat(offsets.get(1).get("error_code").asInt()).isEqualTo(40402);
        assertThat(offsets.get(1).get("offset").isNull()).isTrue();
    }

    @Test
    void shouldRefuseWhatCannotBeServed() throws Exception {
        String record = "{\"records\":[{\"value\":1}]}";
        assertError(post("/topics/nope", JSON, record), 404, 40401);
        assertError(post("/topics/orders/partitions/4", JSON, record), 404, 40402);
        assertError(post("/topics/orders/partitions/x", JSON, record), 400, 40002);
        assertError(post("/topics/orders", "text/plain", record), 415, 415);
        assertError(post("/topics/orders", "application/vnd.kafka.avro.v2+json", record), 415, 415);
        assertError(post("/topics/orders", JSON, record, "Accept", "image/png"), 406, 40601);
        assertError(post("/topics/orders", JSON, "{\"records\":[{]}"), 422, 42203);
        assertError(post("/topics/orders", "application/json", record), 422, 42206);
        assertError(post("/topics/nope/events", "text/plain", "x"), 404, 40401);
        assertError(post("/topics/orders/events?partition=7", "text/plain", "x"), 404, 40402);
        assertError(post("/topics/orders/events?timestamp=-1", "text/plain", "x"), 400, 40002);
        assertError(
                post("/v3/clusters/other/topics/orders/records", "application/json", "{}"),
                404,
                404);
        assertError(send("GET", "/nope", "", ""), 404, 404);
        assertError(send("PUT", "/topics/orders", "", ""), 405, 405);
        assertError(send("GET", "/v3/clusters/cluster-1/topics/nope", "", ""), 404, 40401);
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldRefuseLongBodiesBeforeReadingThem() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(
                    socket,
                    "POST /topics/orders/events HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + (MAX_BODY + 1)
                            + "\r\n\r\n");
            assertThat(statusLine(socket)).contains("413");
        }
    }

    @Test
    void shouldRefuseLongBodiesOfUnknownLengthWhileReadingThem() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri("/topics/orders/events"))
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArrays(
                                        java.util.Collections.nCopies(3, new byte[MAX_BODY / 2])))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        // Either limit may be met first: of one body, or of all together.
        assertThat(response.statusCode()).isIn(413, 429);
    }

    @Test
    void shouldRefuseRecordsThatTheTopicDoesNotTake() throws Exception {
        int status =
                http.send(
                                HttpRequest.newBuilder()
                                        .timeout(Duration.ofSeconds(20))
                                        .uri(uri("/topics/orders/events"))
                                        .header("X-Big", "x".repeat(20_000))
                                        .POST(HttpRequest.BodyPublishers.ofString("v"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode();
        assertThat(status).isIn(413, 431);
    }

    @Test
    void shouldAnswer429WhileTooMuchIsInFlight() throws Exception {
        // Given
        partitions.withhold();
        String large = "x".repeat(BUDGET * 3 / 4);
        CompletableFuture<Reply> first = postAsync("/topics/orders/events", large);
        await(() -> partitions.withheld() == 1);

        // When
        Reply refused = post("/topics/orders/events", "text/plain", large);
        Reply small = null;
        CompletableFuture<Reply> smallOne = postAsync("/topics/orders/events", "small");

        // Then
        assertError(refused, 429, 42901);
        assertThat(refused.retryAfter).isEqualTo("1");
        partitions.release();
        assertThat(first.get().status).isEqualTo(200);
        assertThat(smallOne.get().status).isEqualTo(200);
        small = post("/topics/orders/events", "text/plain", large);
        assertThat(small.status).isEqualTo(200);
    }

    @Test
    void shouldJoinRequestsOfAllConnectionsInOneBatch() throws Exception {
        // Given
        partitions.withhold();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        replies.add(postAsync("/topics/orders/events?partition=1", "first"));
        await(() -> partitions.withheld() == 1);

        // When
        for (int i = 0; i < 40; i++) {
            replies.add(postAsync("/topics/orders/events?partition=1", "value-" + i));
        }
        await(() -> pending() == 41);
        partitions.release();

        // Then
        for (CompletableFuture<Reply> reply : replies) {
            assertThat(reply.get().status).isEqualTo(200);
        }
        assertThat(partitions.batches()).extracting(Batch::records).containsExactly(1, 40);
        assertThat(partitions.batches()).extracting(Batch::baseSequence).containsExactly(0, 1);
        assertThat(partitions.stored()).extracting(Stored::value).doesNotHaveDuplicates();
    }

    @Test
    void shouldRetryUntilTheLeaderIsBack() throws Exception {
        partitions.refuseNext(
                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                ErrorCode.LEADER_NOT_AVAILABLE,
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        Reply reply = post("/topics/orders/events", "text/plain", "x");
        assertThat(reply.status).isEqualTo(200);
        assertThat(partitions.stored()).hasSize(1);
        assertThat(partitions.batches().getFirst().producerId()).isEqualTo(1001);
    }

    @Test
    void shouldSayWhatTheLeaderSays() throws Exception {
        partitions.refuseNext(ErrorCode.INVALID_RECORD, ErrorCode.INVALID_RECORD);
        assertError(post("/topics/orders/events", "text/plain", "x"), 422, 42206);
        Reply v2 = post("/topics/orders", JSON, "{\"records\":[{\"value\":1}]}");
        assertThat(v2.status).isEqualTo(200);
        assertThat(v2.json().get("offsets").get(0).get("error_code").asInt()).isEqualTo(42206);
    }

    @Test
    void shouldProduceRawBodiesWithKeyAndHeaders() throws Exception {
        Reply reply =
                post(
                        "/topics/orders/events?timestamp=77&header.b=zwei",
                        "image/x-anything",
                        "\u0000raw",
                        "X-Key",
                        "k",
                        "X-Header-a",
                        "eins");
        assertThat(reply.status).isEqualTo(200);
        JsonNode json = reply.json();
        Stored stored = partitions.stored().getFirst();
        assertThat(stored)
                .isEqualTo(
                        new Stored(
                                json.get("partition").asInt(),
                                json.get("offset").asLong(),
                                77,
                                "k",
                                "\u0000raw",
                                Map.of("a", "eins", "b", "zwei")));
        assertThat(json.get("topic").asString()).isEqualTo(TOPIC);
        assertThat(json.get("cursor").asString()).startsWith("v1.");
    }

    @Test
    void shouldReportLinesWhileTheyAreStillComing() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            // Given
            socket.setSoTimeout(10_000);
            write(
                    socket,
                    "POST /topics/orders/events?partition=0 HTTP/1.1\r\nHost: x\r\n"
                            + "Content-Type: application/x-ndjson\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

            // When the first line is there, its report comes; then the others
            chunk(socket, "{\"value\":\"one\"}\n{\"value\":");
            assertThat(reportLine(in)).contains("\"offset\":0");
            chunk(socket, "\"two\"}\n{oops}\n{\"value\":{\"a\":3}}");
            assertThat(reportLine(in)).contains("\"offset\":1");
            assertThat(reportLine(in)).contains("\"error_code\":42203").contains("line 1");
            write(socket, "0\r\n\r\n");

            // Then
            assertThat(reportLine(in)).contains("\"offset\":2");
            assertThat(partitions.stored())
                    .extracting(Stored::value)
                    .containsExactly("one", "two", "{\"a\":3}");
        }
    }

    @Test
    void shouldStreamV3RecordsAndGoOnAfterABadOne() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri("/v3/clusters/cluster-1/topics/orders/records"))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () ->
                                                new java.io.ByteArrayInputStream(
                                                        ("{\"value\":{\"type\":\"STRING\",\"data\":\"a\"}}"
                                                                        + "{\"value\":{\"type\":\"NOPE\"}}\n"
                                                                        + "{\"key\":{\"type\":\"BINARY\",\"data\":\"aw==\"},"
                                                                        + "\"value\":{\"type\":\"JSON\",\"data\":[1]}}")
                                                                .getBytes(UTF_8))))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        List<JsonNode> reports =
                response.body().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(reports)
                .extracting(r -> r.get("error_code").asInt())
                .containsExactly(200, 42206, 200);
        JsonNode last = reports.getLast();
        assertThat(last.get("cluster_id").asString()).isEqualTo("cluster-1");
        assertThat(last.get("key").toString()).isEqualTo("{\"type\":\"BINARY\",\"size\":1}");
        assertThat(last.get("value").toString()).isEqualTo("{\"type\":\"JSON\",\"size\":3}");
    }

    @Test
    void shouldAnswerOneV3RecordWithItsOwnStatus() throws Exception {
        String path = "/kafka/v3/clusters/cluster-1/topics/orders/records";
        assertThat(
                        post(
                                        path,
                                        "application/json",
                                        "{\"value\":{\"type\":\"STRING\",\"data\":\"a\"}}")
                                .status)
                .isEqualTo(200);
        assertError(post(path, "application/json", "{\"value\":5}"), 422, 42206);
        assertError(post(path, "application/json", "{\"partition_id\":9}"), 404, 40402);
        assertError(post(path, "application/json", ""), 422, 42203);
    }

    @Test
    void shouldAnswerABatchById() throws Exception {
        Reply reply =
                post(
                        "/v3/clusters/cluster-1/topics/orders/records:batch",
                        "application/json",
                        "{\"entries\":[{\"id\":\"good\",\"value\":{\"type\":\"STRING\",\"data\":\"a\"}},"
                                + "{\"id\":\"bad\",\"partition_id\":99}]}");
        assertThat(reply.status).isEqualTo(207);
        assertThat(reply.json().get("successes").get(0).get("id").asString()).isEqualTo("good");
        assertThat(reply.json().get("failures").get(0).get("id").asString()).isEqualTo("bad");
        assertThat(reply.json().get("failures").get(0).get("error_code").asInt()).isEqualTo(40402);
    }

    @Test
    void shouldTellOfTopicsAndOffsets() throws Exception {
        post("/topics/orders/partitions/1", JSON, "{\"records\":[{\"value\":1},{\"value\":2}]}");
        assertThat(get("/topics").body).isEqualTo("[\"orders\"]");
        assertThat(get("/brokers").body).isEqualTo("{\"brokers\":[1]}");
        assertThat(get("/topics/orders/partitions/1").body)
                .isEqualTo(
                        "{\"partition\":1,\"leader\":1,\"replicas\":[{\"broker\":1,\"leader\":true,"
                                + "\"in_sync\":true}]}");
        assertThat(get("/topics/orders/partitions/1/offsets").body)
                .isEqualTo("{\"beginning_offset\":0,\"end_offset\":2}");
        JsonNode topic = get("/v3/clusters/cluster-1/topics/orders").json();
        assertThat(topic.get("kind").asString()).isEqualTo("KafkaTopic");
        assertThat(topic.get("metadata").get("resource_name").asString())
                .isEqualTo("crn:///kafka=cluster-1/topic=orders");
        assertThat(topic.get("partitions").get("related").asString())
                .isEqualTo(uri("/v3/clusters/cluster-1/topics/orders/partitions").toString());
        assertError(
                post("/v3/clusters/cluster-1/topics", "application/json", "{\"topic_name\":\"x\"}"),
                400,
                40002);
        assertError(
                post("/v3/clusters/cluster-1/topics", "application/json", "{\"topic\":\"x\"}"),
                422,
                42206);
    }

    @Test
    void shouldDescribeEveryRoute() throws Exception {
        JsonNode document = get("/openapi").json();
        assertThat(document.get("openapi").asString()).isEqualTo("3.1.0");
        var table = context.getBean(io.tidemark.gateway.api.RouteTable.class);
        assertThat(table.routes()).hasSizeGreaterThan(60);
        for (var route : table.routes()) {
            JsonNode operation =
                    document.get("paths")
                            .get(route.path())
                            .get(route.method().name().toLowerCase(java.util.Locale.ROOT));
            assertThat(operation.get("summary").asString()).as(route.path()).isNotBlank();
            assertThat(operation.get("responses").size()).as(route.path()).isGreaterThan(1);
        }
        assertThat(get("/openapi/ui").body).contains("<!doctype html>");
    }

    @Test
    void shouldCountRequestsAndBatches() throws Exception {
        post("/topics/orders/events", "text/plain", "x");
        get("/topics/orders");
        String metrics = get("/actuator/prometheus").body;
        assertThat(metrics)
                .contains("tidemark_gateway_requests_seconds_count{method=\"POST\"")
                .contains("route=\"/topics/{topic}/events\"")
                .contains("route=\"/topics/{topic}\"")
                .contains("tidemark_gateway_produce_batch_records_count 1")
                .contains("tidemark_gateway_inflight_bytes 0.0")
                .contains("resilience4j_circuitbreaker_state");
    }

    private double pending() {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("tidemark.gateway.produce.pending")
                .gauge()
                .value();
    }

    private record Reply(int status, String body, String contentType, String retryAfter) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    private static void assertError(Reply reply, int status, int code) {
        assertThat(reply.status).as(reply.body).isEqualTo(status);
        assertThat(reply.json().get("error_code").asInt()).as(reply.body).isEqualTo(code);
        assertThat(reply.json().get("message").asString()).isNotBlank();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private Reply get(String path) throws Exception {
        Reply reply = send("GET", path, "", "");
        assertThat(reply.status).as(reply.body).isEqualTo(200);
        return reply;
    }

    private Reply post(String path, String contentType, String body, String... headers)
            throws Exception {
        return send("POST", path, contentType, body, headers);
    }

    private CompletableFuture<Reply> postAsync(String path, String body) {
        return http.sendAsync(
                        request("POST", path, "text/plain", body),
                        HttpResponse.BodyHandlers.ofString())
                .thenApply(GatewayHttpIT::reply);
    }

    private Reply send(
            String method, String path, String contentType, String body, String... headers)
            throws Exception {
        return reply(
                http.send(
                        request(method, path, contentType, body, headers),
                        HttpResponse.BodyHandlers.ofString()));
    }

    private HttpRequest request(
            String method, String path, String contentType, String body, String... headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            builder.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Retry-After").orElse(""));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    private static void chunk(Socket socket, String text) throws IOException {
        write(socket, Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n");
    }

    private static String statusLine(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        return new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
    }

    /** The next line of a chunked response that is a report. */
    private static String reportLine(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.startsWith("{")) {
            line = in.readLine();
        }
        return String.valueOf(line);
    }
}
