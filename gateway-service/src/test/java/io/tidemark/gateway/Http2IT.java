package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests over HTTP/2, and those who abuse it. */
@Timeout(120)
class Http2IT extends RunningGateway {

    private static final int MAX_STREAMS = 20;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int REFUSED_STREAM = 7;

    /** :method GET, :scheme http, :path /, of HPACK's table. */
    private static final byte[] SOME_HEAD = {(byte) 0x82, (byte) 0x86, (byte) 0x84};

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.max-streams-per-connection",
                Integer.toString(MAX_STREAMS),
                "tidemark.gateway.in-flight-bytes",
                "4MB",
                "tidemark.gateway.header-timeout",
                "2s",
                "tidemark.gateway.request-timeout",
                "3s",
                "tidemark.gateway.idle-timeout",
                "4s");
    }

    private static void whole(Http2Client.Exchange exchange) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(exchange).matches(Http2Client.Exchange::over));
    }

    @Test
    void shouldServeThoseWhoUpgrade() throws Exception {
        // When a client asks for HTTP/2, first without and then with a body
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            HttpResponse<String> read =
                    client.send(
                            HttpRequest.newBuilder(uri("/topics"))
                                    .header("X-Request-Id", "mine")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> written =
                    client.send(
                            HttpRequest.newBuilder(uri("/topics/orders"))
                                    .header("Content-Type", JSON)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "{\"records\":[{\"value\":1}]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(read.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.headers().firstValue("X-Request-Id")).contains("mine");
            assertThat(written.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
            assertThat(partitions.stored()).hasSize(1);
            assertThat(connections()).isEqualTo(1);
        }
    }

    @Test
    void shouldServeABodyThatAsksForTheUpgradeAsItCame() throws IOException {
        RawHttp.Answer answer =
                RawHttp.send(
                        port,
                        "POST /topics/orders",
                        "{\"records\":[{\"value\":1}]}",
                        "Content-Type: " + JSON,
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAAP__",
                        "Connection: Upgrade, HTTP2-Settings");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(
                        RawHttp.send(
                                        port,
                                        "GET /topics",
                                        "",
                                        "Host: localhost\r\nHost: evil.example",
                                        "Upgrade: h2c",
                                        "HTTP2-Settings: AAMAAABkAAQAAP__")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void shouldLetInWhomHttp1LetsIn() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            List<Http2Client.Exchange> exchanges =
                    List.of(
                            client.get("/topics"),
                            client.send(client.head("/topics").authority("evil.example"), true),
                            client.send(client.head("/topics").set("host", "evil.example"), true),
                            client.send(
                                    client.head("/topics").set("origin", "http://evil.example"),
                                    true),
                            // Before WebFlux, too
                            client.send(
                                    client.head("/topics/orders/events").authority("evil.example"),
                                    true),
                            client.get("/nowhere"),
                            client.get("/openapi"),
                            client.get("/ui/"));
            exchanges.forEach(Http2IT::whole);

            assertThat(exchanges.stream().map(Http2Client.Exchange::status).toList())
                    .startsWith(200, 421, 0, 403, 421, 404, 200);
            // Two names contradict each other, which is no HTTP/2
            assertThat(exchanges.get(2).reset).isPositive();
            assertThat(exchanges.getLast().status()).isIn(200, 503);
            assertThat(exchanges)
                    .filteredOn(exchange -> exchange.ended)
                    .hasSize(7)
                    .allMatch(exchange -> exchange.head.contains("x-request-id"));
            assertThat(connections()).isEqualTo(1);
        }
    }

    @Test
    void shouldProduceOverManyStreams() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            // A stream of records, answered while it comes
            Http2Client.Exchange records =
                    client.send(
                            client.head("/topics/orders/events")
                                    .method("POST")
                                    .set("content-type", "application/x-ndjson"),
                            false);
            records.write("{\"value\":\"a\"}\n", false);
            await(() -> records.text().lines().count() == 1);
            // Bodies beside it
            List<Http2Client.Exchange> others = new ArrayList<>();
            for (int i = 0; i < MAX_STREAMS - 1; i++) {
                others.add(
                        client.post(
                                "/topics/orders", JSON, "{\"records\":[{\"value\":" + i + "}]}"));
            }
            others.forEach(Http2IT::whole);
            records.write("{\"value\":\"b\"}\n", true);
            whole(records);

            assertThat(others).allMatch(other -> other.status() == 200);
            assertThat(records.text().lines()).hasSize(2);
            assertThat(partitions.stored()).hasSize(MAX_STREAMS + 1);
        }
    }

    @Test
    void shouldNotWaitForBodiesThatDoNotComeToAnEnd() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            List<Http2Client.Exchange> slow = new ArrayList<>();
            for (String path :
                    List.of(
                            "/topics/orders/events",
                            "/topics/orders",
                            "/v3/clusters/cluster-1/topics")) {
                Http2Client.Exchange exchange =
                        client.send(
                                client.head(path)
                                        .method("POST")
                                        .set("content-length", "9")
                                        .set(
                                                "content-type",
                                                path.endsWith("orders")
                                                        ? JSON
                                                        : "application/json"),
                                false);
                exchange.write("{", false);
                slow.add(exchange);
            }
            slow.forEach(Http2IT::whole);

            assertThat(slow).allMatch(exchange -> exchange.status() == 408);
            Http2Client.Exchange next = client.get("/topics");
            whole(next);
            assertThat(next.status()).isEqualTo(200);
        }
    }

    @Test
    void shouldBoundBodiesAndHeads() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange large =
                    client.post("/topics/orders", JSON, "x".repeat(MAX_BODY + 1));
            Http2Client.Exchange wide =
                    client.send(client.head("/topics").set("x-wide", "x".repeat(17 << 10)), true);
            Http2Client.Exchange longest = client.get("/topics?" + "x".repeat(17 << 10));
            whole(large);
            whole(wide);
            whole(longest);
            Http2Client.Exchange next = client.get("/topics");
            whole(next);

            assertThat(large.status()).isEqualTo(413);
            assertThat(wide.status()).isEqualTo(431);
            assertThat(longest.status()).isEqualTo(431);
            assertThat(next.status()).isEqualTo(200);
        }
    }

    @Test
    void shouldBoundStreamsOfAConnection() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            await(() -> client.maxStreams == MAX_STREAMS);
        }
        // Given: one that was told, and opens more; each waits for its body
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(new byte[] {(byte) 0x83, (byte) 0x86});
        literal(head, 4, "/topics/orders/events");
        literal(head, 1, "localhost");
        try (Socket socket = connect()) {
            socket.setSoTimeout(30_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            // Counted from its acknowledgement on
            socket.getOutputStream().write(frame(4, 1, 0, new byte[0]));
            for (int i = 0; i <= MAX_STREAMS; i++) {
                socket.getOutputStream().write(frame(1, 0x4, 2 * i + 1, head.toByteArray()));
            }

            // Then
            int type;
            int stream;
            byte[] payload;
            do {
                int lengthAndType = in.readInt();
                type = lengthAndType & 0xff;
                in.readByte();
                stream = in.readInt();
                payload = in.readNBytes(lengthAndType >>> 8);
            } while (type != 3);
            assertThat(stream).isEqualTo(2 * MAX_STREAMS + 1);
            assertThat(payload).containsExactly(0, 0, 0, REFUSED_STREAM);
        }
    }

    /** A field of HPACK's static table with a value, not to be indexed. */
    private static void literal(ByteArrayOutputStream head, int index, String value) {
        head.write(index);
        head.write(value.length());
        head.writeBytes(value.getBytes());
    }

    @Test
    void shouldLeaveThoseWhoResetAllTheyBegin() throws Exception {
        // CVE-2023-44487
        try (Http2Client client = new Http2Client(port)) {
            for (int i = 0; i < 100_000 && client.goneAway < 0 && client.isOpen(); i++) {
                reset(client);
            }
            await(() -> !client.isOpen());
        }
        assertServes();
    }

    private static void reset(Http2Client client) throws InterruptedException {
        try {
            client.get("/topics").cancel();
        } catch (Exception e) {
            // It is closed, which the connection tells.
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
        }
    }

    @Test
    void shouldLeaveThoseWhoseHeadsHaveNoEnd() throws Exception {
        // HEADERS without END_HEADERS, and many small CONTINUATIONs
        try (Socket socket = connect()) {
            socket.getOutputStream().write(frame(1, 0x1, 1, SOME_HEAD));
            boolean closed = false;
            try {
                for (int i = 0; i < 100_000; i++) {
                    socket.getOutputStream().write(frame(9, 0, 1, new byte[] {(byte) 0x84}));
                }
            } catch (SocketException e) {
                closed = true;
            }
            assertThat(closed || ends(socket)).isTrue();
        }
        assertServes();
    }

    @Test
    void shouldNotWaitForHeadsThatDoNotComeToAnEnd() throws Exception {
        try (Socket half = connect();
                Socket partial = connect();
                Socket silent = connect();
                Http2Client good = new Http2Client(port)) {
            // A head without its end, a frame without its end, and none at all
            half.getOutputStream().write(frame(1, 0x1, 1, SOME_HEAD));
            partial.getOutputStream().write(new byte[] {0, 0, 3, 1, 4});
            long begun = System.nanoTime();
            // While one that waits for its answer is not bothered
            partitions.withhold();
            Http2Client.Exchange waiting =
                    good.post("/topics/orders", JSON, "{\"records\":[{\"value\":1}]}");

            assertThat(ends(half)).isTrue();
            assertThat(ends(partial)).isTrue();
            assertThat(System.nanoTime() - begun).isGreaterThan(1_500_000_000L);
            await(() -> partitions.withheld() > 0);
            partitions.release();
            whole(waiting);
            assertThat(waiting.status()).isEqualTo(200);
            // Without streams, it is idle
            assertThat(ends(silent)).isTrue();
            await(() -> !good.isOpen(), Duration.ofSeconds(30));
        }
        await(() -> connections() == 0);
    }

    @Test
    void shouldLeaveThoseWhoAskButDoNotRead() throws Exception {
        for (int type : new int[] {6, 4}) {
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                socket.getOutputStream().write(PREFACE.getBytes());
                socket.getOutputStream().write(frame(4, 0, 0, new byte[0]));
                ByteArrayOutputStream some = new ByteArrayOutputStream();
                for (int i = 0; i < 1000; i++) {
                    some.write(frame(type, 0, 0, new byte[type == 6 ? 8 : 0]));
                }
                // PINGs, then SETTINGS: each wants an acknowledgement
                boolean closed = false;
                try {
                    for (int i = 0; i < 20_000; i++) {
                        socket.getOutputStream().write(some.toByteArray());
                    }
                } catch (SocketException e) {
                    closed = true;
                }
                assertThat(closed).as("type " + type).isTrue();
            }
        }
        assertServes();
    }

    private void assertServes() throws Exception {
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange exchange = client.get("/topics");
            whole(exchange);
            assertThat(exchange.status()).isEqualTo(200);
        }
        assertThat(get("/topics").status()).isEqualTo(200);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream().write(PREFACE.getBytes());
        socket.getOutputStream().write(frame(4, 0, 0, new byte[0]));
        return socket;
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Whether the server closes, whatever it says before. */
    private static boolean ends(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        InputStream in = socket.getInputStream();
        try {
            return in.transferTo(java.io.OutputStream.nullOutputStream()) >= 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private int connections() {
        return (int)
                context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                        .get("tidemark.gateway.connections")
                        .gauge()
                        .value();
    }
}
