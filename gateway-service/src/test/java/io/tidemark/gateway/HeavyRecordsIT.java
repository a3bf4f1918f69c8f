package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.record.Compression;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records that take a lot once they are read, and records that cannot be read at all. */
@Timeout(60)
class HeavyRecordsIT extends RunningGateway {

    private static final String TOPIC = FixedControlPlane.TOPIC;
    private static final String NDJSON = "application/x-ndjson";
    private static final int LIMIT_BYTES = 4 << 20;

    /** 2 KB as it is stored. */
    private static final byte[] BOMB = new byte[60 << 20];

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        return new FixedControlPlane(node.port(), 1);
    }

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.max-decompressed-size",
                LIMIT_BYTES + "B",
                "tidemark.stream.damage-timeout",
                "700ms");
    }

    @BeforeEach
    void knowTheTopic() {
        var view = context.getBean(io.tidemark.gateway.routing.ClusterView.class);
        node.know(TOPIC, view.requireTopic(TOPIC).id());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private void appendBomb() {
        node.append(TOPIC, 0, "before");
        node.append(TOPIC, 0, Compression.ZSTD, BOMB);
        node.append(TOPIC, 0, "behind");
    }

    private List<JsonNode> lines(String query) throws Exception {
        Reply reply = send("GET", "/topics/orders/events?" + query, "", "", "Accept", NDJSON);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.body().lines().map(JsonMapper.shared()::readTree).toList();
    }

    private double held() {
        return context.getBean(MeterRegistry.class)
                .get("tidemark.gateway.read.large.bytes")
                .gauge()
                .value();
    }

    @Test
    void shouldTellStreamsOfARecordThatInflatesToTooMuchAndGoOnBehindIt() throws Exception {
        // Given
        appendBomb();

        // When
        List<JsonNode> lines = lines("from=earliest&limit=3");
        Reply sse = send("GET", "/topics/orders/events?from=earliest&limit=3", "", "");

        // Then
        assertThat(lines.get(0).get("value").asString()).isEqualTo("before");
        assertThat(lines.get(1).get("event").asString()).isEqualTo("unreadable");
        assertThat(lines.get(1).get("reason").asString()).isEqualTo("record_too_large");
        assertThat(lines.get(1).get("offset").asInt()).isEqualTo(1);
        assertThat(lines.get(1).get("next_offset").asInt()).isEqualTo(2);
        assertThat(lines.get(1).get("message").asString())
                .contains("" + LIMIT_BYTES, "max-decompressed-size");
        assertThat(lines.get(2).get("value").asString()).isEqualTo("behind");
        assertThat(sse.body())
                .containsSubsequence(
                        "\"before\"", "event: unreadable\nid: v1.", "\"offset\":1,", "\"behind\"");
    }

    @Test
    void shouldTellReadersAtTheTailAsWell() throws Exception {
        // Given
        List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
        for (String wish : List.of("from=latest", "from=latest&limit=3", "from=latest&key=x")) {
            streams.add(
                    http.sendAsync(
                            request("GET", "/topics/orders/events?heartbeat=250ms&" + wish, "", ""),
                            HttpResponse.BodyHandlers.ofString()));
        }
        await(() -> gauge("tidemark.stream.open") == streams.size());
        await(() -> node.fetches() > 0);

        // When
        appendBomb();

        // Then
        String text = streams.get(1).get(20, TimeUnit.SECONDS).body();
        streams.forEach(stream -> stream.cancel(true));
        assertThat(text)
                .containsSubsequence("\"before\"", "event: unreadable", "\"behind\"", "event: end");
    }

    private double gauge(String name) {
        return context.getBean(MeterRegistry.class).get(name).gauge().value();
    }

    @Test
    void shouldTellARestReadOfIt() throws Exception {
        // Given
        appendBomb();

        // When
        JsonNode records =
                JsonMapper.shared()
                        .readTree(
                                send(
                                                "GET",
                                                "/topics/orders/partitions/0/records?offset=0",
                                                "",
                                                "",
                                                "Accept",
                                                "application/vnd.kafka.text.v2+json")
                                        .body());

        // Then
        assertThat(records).hasSize(3);
        assertThat(records.get(1).get("error_code").asInt()).isEqualTo(41302);
        assertThat(records.get(1).get("error").asString()).contains("decompresses to more");
        assertThat(records.get(1).get("value").isNull()).isTrue();
        assertThat(records.get(2).get("value").asString()).isEqualTo("behind");
    }

    @Test
    void shouldGiveLargeRecordsWithinTheBoundAndForgetThem() throws Exception {
        // Given records that take several times the budget together
        byte[] text = new byte[3 << 20];
        Arrays.fill(text, (byte) 'x');
        byte[] control = new byte[3 << 20];
        Arrays.fill(control, (byte) 1);
        for (int i = 0; i < 6; i++) {
            node.append(TOPIC, 0, Compression.ZSTD, i % 2 == 0 ? text : control);
        }

        // When several read them at once
        List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(
                    http.sendAsync(
                            request(
                                    "GET",
                                    "/topics/orders/events?from=earliest&limit=6",
                                    "",
                                    "",
                                    "Accept",
                                    NDJSON),
                            HttpResponse.BodyHandlers.ofString()));
        }

        // Then
        for (CompletableFuture<HttpResponse<String>> stream : streams) {
            List<JsonNode> lines =
                    stream.get(20, TimeUnit.SECONDS)
                            .body()
                            .lines()
                            .map(JsonMapper.shared()::readTree)
                            .toList();
            assertThat(lines).hasSize(7);
            assertThat(lines.get(0).get("value").asString()).hasSize(text.length);
            assertThat(lines.get(1).get("value_base64").asString().length())
                    .as("escapes would make it six times as long")
                    .isEqualTo(text.length / 3 * 4);
        }
        await(() -> held() == 0);
    }

    @Test
    void shouldEndAStreamAtRecordsThatStayDamaged() throws Exception {
        // Given
        node.append(TOPIC, 0, "before");
        node.append(TOPIC, 0, "damaged");
        node.damage(TOPIC, 0);

        // When
        List<JsonNode> behind = lines("from=earliest");
        List<JsonNode> filtered = lines("from=earliest&limit=5");

        // Then
        for (List<JsonNode> lines : List.of(behind, filtered)) {
            assertThat(lines).anyMatch(line -> line.path("value").asString("").equals("before"));
            assertThat(lines.getLast().get("event").asString()).isEqualTo("failure");
            assertThat(lines.getLast().get("error_code").asInt()).isEqualTo(50003);
            assertThat(lines.getLast().get("message").asString())
                    .contains("Partition 0 of topic 'orders'", "offset 1", "damaged");
        }
    }

    @Test
    void shouldEndAtALimitForGood() throws Exception {
        // Given
        for (int i = 0; i < 10; i++) {
            node.append(TOPIC, 0, "v" + i);
        }
        String uri = "/topics/orders/events?from=earliest&limit=3";

        // When
        String first = send("GET", uri, "", "").body();
        String end = first.substring(first.indexOf("event: end"));
        String id = end.lines().filter(line -> line.startsWith("id: ")).findFirst().orElseThrow();
        String lastId = id.substring("id: ".length());
        Reply reconnect = send("GET", uri, "", "", "Last-Event-ID", lastId);
        String more = send("GET", uri + "&cursor=" + lastId, "", "").body();

        // Then
        assertThat(first).contains("\"v0\"", "\"v1\"", "\"v2\"").doesNotContain("\"v3\"");
        assertThat(end).contains("\"reason\":\"limit\"").doesNotContain("\"error\"");
        assertThat(lastId).endsWith(".end");
        assertThat(reconnect.status()).isEqualTo(204);
        assertThat(reconnect.body().getBytes(UTF_8)).isEmpty();
        assertThat(more).contains("\"v3\"", "\"v5\"").doesNotContain("\"v2\"", "\"v6\"");
        assertThat(lines("from=earliest&until=latest").getLast().get("reason").asString())
                .isEqualTo("until");
    }
}
