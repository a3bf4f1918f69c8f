package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.tidemark.gateway.RawHttp.Answer;
import io.tidemark.gateway.ScriptedPartitionService.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What a request asks for is done as it was asked, or refused: never passed over. */
class AsAskedIT extends RunningGateway {

    private static final String EVENTS = "POST /topics/orders/events";
    private static final String LINES = "Content-Type: application/x-ndjson";

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.max-record-size",
                "64KB",
                "tidemark.gateway.in-flight-bytes",
                "1MB");
    }

    @Test
    void shouldUnpackBodies() throws IOException {
        byte[] text = "the record, the record, the record".getBytes(UTF_8);
        for (Map.Entry<String, byte[]> packed :
                Map.of(
                                "gzip", gzip(text),
                                "x-gzip", gzip(text),
                                "deflate", deflate(text, false),
                                "Deflate", deflate(text, true),
                                "zstd", Zstd.compress(text))
                        .entrySet()) {
            String encoding = "Content-Encoding: " + packed.getKey();
            Answer answer = RawHttp.send(port, EVENTS, packed.getValue(), encoding);
            assertThat(answer.status()).as(encoding + answer.body()).isEqualTo(200);
            byte[] lines = "{\"value\":\"one\"}\n{\"value\":\"two\"}\n".getBytes(UTF_8);
            byte[] packedLines =
                    switch (packed.getKey()) {
                        case "deflate" -> deflate(lines, false);
                        case "Deflate" -> deflate(lines, true);
                        case "zstd" -> Zstd.compress(lines);
                        default -> gzip(lines);
                    };
            Answer streamed = RawHttp.send(port, EVENTS, packedLines, encoding, LINES);
            assertThat(streamed.body()).as(encoding).contains("\"offset\"");
        }
        assertThat(partitions.stored().stream().map(Stored::value))
                .hasSize(15)
                .containsOnly(new String(text, UTF_8), "one", "two");
        // And where WebFlux reads the body
        byte[] topic = gzip("{\"topic_name\":\"orders\",\"nonsense\":1}".getBytes(UTF_8));
        Answer answer =
                RawHttp.send(
                        port,
                        "POST /v3/clusters/cluster-1/topics",
                        topic,
                        "Content-Encoding: gzip",
                        "Content-Type: application/json");
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("nonsense");
    }

    @Test
    void shouldUnpackSeveralMembersAndHeadersOfAllKinds() throws IOException {
        byte[] plain = gzip("two".getBytes(UTF_8));
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(new byte[] {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3});
        both.write(new byte[] {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 0, 1, 2});
        both.write(gzip("one".getBytes(UTF_8)), 10, gzip("one".getBytes(UTF_8)).length - 10);
        both.write(plain);
        assertThat(
                        RawHttp.send(port, EVENTS, both.toByteArray(), "Content-Encoding: gzip")
                                .status())
                .isEqualTo(200);
        assertThat(partitions.stored().getFirst().value()).isEqualTo("onetwo");
    }

    @Test
    void shouldRefuseWhatIsNotPackedAsItSaysOrTooMuch() throws IOException {
        byte[] good = gzip("some text".getBytes(UTF_8));
        byte[] flipped = good.clone();
        flipped[good.length - 6] ^= 1;
        byte[] cut = java.util.Arrays.copyOf(good, good.length - 3);
        for (byte[] bad : List.of(flipped, cut, "no gzip at all".getBytes(UTF_8))) {
            Answer answer = RawHttp.send(port, EVENTS, bad, "Content-Encoding: gzip");
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        }
        byte[] shortened = Zstd.compress(new byte[5000]);
        shortened = java.util.Arrays.copyOf(shortened, shortened.length - 2);
        assertThat(RawHttp.send(port, EVENTS, shortened, "Content-Encoding: zstd").status())
                .isEqualTo(400);
        for (String unknown : List.of("br", "gzip, gzip", "aes128gcm")) {
            Answer answer = RawHttp.send(port, EVENTS, good, "Content-Encoding: " + unknown);
            assertThat(answer.status()).as(unknown).isEqualTo(415);
            assertThat(answer.has("accept-encoding: gzip, deflate, zstd")).isTrue();
        }
        byte[] bomb = new byte[64 << 20];
        for (String encoding : List.of("gzip", "zstd")) {
            byte[] packed = encoding.equals("gzip") ? gzip(bomb) : Zstd.compress(bomb);
            String header = "Content-Encoding: " + encoding;
            assertThat(RawHttp.send(port, EVENTS, packed, header).status()).isEqualTo(413);
            assertThat(RawHttp.send(port, EVENTS, packed, header, LINES).body())
                    .contains("too long");
            assertThat(
                            RawHttp.send(
                                            port,
                                            "POST /v3/clusters/cluster-1/topics",
                                            packed,
                                            header,
                                            "Content-Type: application/json")
                                    .status())
                    .isEqualTo(413);
        }
        assertThat(partitions.stored()).isEmpty();
        await(() -> budgetUsed() == 0);
    }

    private double budgetUsed() {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("tidemark.gateway.inflight")
                .gauge()
                .value();
    }

    @Test
    void shouldRefuseParametersThatNobodyReads() throws Exception {
        for (String path :
                List.of(
                        "/topics/orders/events?kye=1",
                        "/topics/orders/events?key=1&key=2",
                        "/topics/orders/events?validate=perhaps",
                        "/topics/orders?key=1",
                        "/v3/clusters/cluster-1/topics?dry_run=true",
                        "/v3/clusters/cluster-1/topics/orders/records?timeout=1&timeout=2",
                        "/groups/g/offsets?wait=1")) {
            assertError(post(path, "application/json", "{}"), 400, 40002);
        }
        assertError(
                send("DELETE", "/v3/clusters/cluster-1/topics/orders?force=1", "", ""), 400, 40002);
        assertError(send("GET", "/topics?pattern=x", "", ""), 400, 40002);
        String parameters = "header.a=" + "1&header.a=".repeat(1001);
        assertError(post("/topics/orders/events?" + parameters, "text/plain", "x"), 400, 40002);
        assertThat(partitions.stored()).isEmpty();
        // And takes those that it reads, as they stand
        post("/topics/orders/events?key=a;b&header.x=1&header.x=2", "text/plain", "x");
        assertThat(partitions.stored().getFirst().key()).isEqualTo("a;b");
    }

    @Test
    void shouldRefuseHeadersThatWouldChangeTheMeaning() throws IOException {
        for (Map.Entry<String, Integer> header :
                Map.of(
                                "Expect: the-unexpected", 417,
                                "Transfer-Encoding: gzip, chunked", 501,
                                "If-Match: \"1\"", 400,
                                "If-None-Match: *", 400,
                                "Content-Range: bytes 0-1/2", 400,
                                "X-HTTP-Method-Override: DELETE", 400)
                        .entrySet()) {
            byte[] body = header.getKey().startsWith("Transfer") ? new byte[0] : new byte[1];
            assertThat(RawHttp.send(port, EVENTS, body, header.getKey()).status())
                    .as(header.getKey())
                    .isEqualTo(header.getValue());
        }
        for (String meant : List.of("X-Key: k", "X-Header-a: 1", "Idempotency-Key: 1")) {
            Answer answer =
                    RawHttp.send(
                            port,
                            "POST /v3/clusters/cluster-1/topics",
                            "{}",
                            "Content-Type: application/json",
                            meant);
            assertThat(answer.status()).as(meant).isEqualTo(400);
            assertThat(answer.body()).contains(meant.substring(0, meant.indexOf(':')));
        }
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldTakeJsonForWhatItIs() throws Exception {
        for (String type :
                List.of("application/json", "application/json; charset=utf-8", "a/b+json")) {
            assertError(post("/topics/orders/events", type, "{\"a\":1"), 400, 400);
            assertError(post("/topics/orders/events", type, "{\"a\":1} x"), 400, 400);
            assertThat(post("/topics/orders/events", type, " {\"a\":[1,\"ü\"]} ").status())
                    .isEqualTo(200);
        }
        assertThat(
                        post("/topics/orders/events?validate=false", "application/json", "{\"a\":1")
                                .status())
                .isEqualTo(200);
        assertThat(post("/topics/orders/events", "text/plain", "{\"a\":1").status()).isEqualTo(200);
        assertThat(partitions.stored()).hasSize(5);
    }

    @Test
    void shouldCountWhatABodyBecomesOnTheHeap() throws Exception {
        String many = "{\"records\":[{}" + ",{}".repeat(4_000) + "]}";
        assertThat(post("/topics/orders", JSON, many).status()).isEqualTo(413);
        String batch = "{}".repeat(4_000);
        String v3 = "/v3/clusters/cluster-1/topics/orders/records";
        assertThat(post(v3, "application/json", batch).status()).isEqualTo(413);
        assertThat(partitions.stored()).isEmpty();
        assertThat(budgetUsed()).isZero();
        // A stream goes on as its records are acknowledged
        Reply stream = post("/topics/orders/events", "application/x-ndjson", "{}\n".repeat(4_000));
        assertThat(stream.body().lines()).hasSize(4_000);
        await(() -> budgetUsed() == 0);
    }

    @Test
    void shouldServeHeadOfStreamsAndASlashAtTheEnd() throws Exception {
        for (String path :
                List.of(
                        "/topics/orders/events",
                        "/events?topics=orders",
                        "/groups/g/events?topics=orders")) {
            Reply head = send("HEAD", path, "", "");
            assertThat(head.status()).as(path).isEqualTo(200);
            assertThat(head.contentType()).startsWith("text/event-stream");
        }
        assertThat(send("HEAD", "/topics/nope/events", "", "").status()).isEqualTo(404);
        assertThat(get("/topics/").body()).isEqualTo("[\"orders\"]");
        assertThat(get("/topics/orders/").json().get("name").asString()).isEqualTo("orders");
        assertThat(post("/topics/orders/events/", "text/plain", "x").status()).isEqualTo(200);
    }

    @Test
    void shouldPackLongAnswersForThoseWhoTakeThem() throws IOException {
        String gzip = "Accept-Encoding: br, gzip;q=0.8";
        Answer packed = RawHttp.send(port, "GET /openapi", "", gzip);
        Answer plain = RawHttp.send(port, "GET /openapi", "");
        assertThat(packed.has("content-encoding: gzip")).isTrue();
        assertThat(packed.has("vary: accept-encoding")).isTrue();
        assertThat(packed.body().length()).isLessThan(plain.body().length() / 4);
        assertThat(plain.has("content-encoding")).isFalse();
        assertThat(plain.has("vary: accept-encoding")).isTrue();
        assertThat(RawHttp.send(port, "GET /topics", "", gzip).has("content-encoding")).isFalse();
    }

    @Test
    void shouldNameEveryRequest() throws Exception {
        assertThat(get("/topics").header("X-Request-Id")).hasSize(16);
        assertThat(send("GET", "/nope", "", "").header("X-Request-Id")).isNotEmpty();
        assertThat(send("GET", "/topics/nope/events", "", "").header("X-Request-Id")).isNotEmpty();
        Reply own = post("/topics/orders/events", "text/plain", "x", "X-Request-Id", "trace-1:a");
        assertThat(own.header("X-Request-Id")).isEqualTo("trace-1:a");
        Reply bad = post("/topics/orders/events", "text/plain", "x", "X-Request-Id", "a b");
        assertThat(bad.header("X-Request-Id")).hasSize(16);
        assertThat(
                        RawHttp.send(port, "GET /topics/orders/events", "", "X-Request-Id: s")
                                .has("x-request-id: s"))
                .isTrue();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean bare) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream deflate = new DeflaterOutputStream(out, new Deflater(9, bare))) {
            deflate.write(bytes);
        }
        return out.toByteArray();
    }
}
