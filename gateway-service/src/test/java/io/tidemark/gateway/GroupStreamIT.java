package io.tidemark.gateway;

import static io.tidemark.gateway.FixedControlPlane.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Groups over SSE and NDJSON, before a node that deals out partitions in turn. */
class GroupStreamIT extends RunningGateway {

    private static final int PARTITIONS = 4;
    private static final String NDJSON = "application/x-ndjson";

    private final List<Stream> streams = new ArrayList<>();
    private final ScriptedGroupNode node;

    GroupStreamIT() throws IOException {
        node = new ScriptedGroupNode(PARTITIONS);
    }

    @Override
    ControlPlane controlPlane() {
        FixedControlPlane fixed = new FixedControlPlane(node.port(), PARTITIONS);
        fixed.subscribe((image, deltas) -> node.serve(topic(image)));
        return fixed;
    }

    private static org.apache.kafka.common.Uuid topic(ClusterImage image) {
        return image.topic(TOPIC).orElseThrow().id();
    }

    @AfterEach
    @Override
    void stop() {
        streams.forEach(Stream::close);
        super.stop();
        node.close();
    }

    @Test
    void shouldStreamWhatItIsAssignedAndSayWhat() throws Exception {
        appendEach(0, 5);
        Stream stream = open("/groups/g/events?topics=orders&from=earliest");

        assertThat(stream.contentType()).startsWith(NDJSON);
        JsonNode assigned = stream.assigned(PARTITIONS);
        assertThat(assigned.get("member_id").asString()).isNotBlank();
        assertThat(assigned.at("/partitions/0/topic").asString()).isEqualTo(TOPIC);
        assertThat(assigned.at("/partitions/0/offset").asLong()).isZero();
        assertThat(stream.values(20)).containsExactlyInAnyOrderElementsOf(expected(0, 5));
        appendEach(5, 2);
        assertThat(stream.values(8)).containsExactlyInAnyOrderElementsOf(expected(5, 7));
    }

    @Test
    void shouldCommitWhereItBeginsSoThatNothingFallsBetweenTwoStreams() throws Exception {
        appendEach(0, 3);
        Stream first = open("/groups/g/events?topics=orders");
        first.assigned(PARTITIONS);
        await(() -> node.committed("g").size() == PARTITIONS);
        assertThat(node.committed("g").values()).containsOnly(3L);
        first.close();
        await(() -> node.members("g") == 0);

        // When records come while nobody is there
        appendEach(3, 2);

        // Then the next one gets them, though it asks for the latest
        Stream second = open("/groups/g/events?topics=orders");
        assertThat(second.values(8)).containsExactlyInAnyOrderElementsOf(expected(3, 5));
    }

    @Test
    void shouldShareAndTakeOver() throws Exception {
        Stream first = open("/groups/g/events?topics=orders&from=earliest");
        first.assigned(PARTITIONS);
        appendEach(0, 10);
        assertThat(first.values(40)).hasSize(40);

        // When another one comes
        Stream second = open("/groups/g/events?topics=orders&from=earliest");
        first.assigned(2);
        second.assigned(2);

        // Then it goes on where the first one was, without a repeat
        appendEach(10, 5);
        List<String> both = first.values(10);
        both.addAll(second.values(10));
        assertThat(both).containsExactlyInAnyOrderElementsOf(expected(10, 15));

        // When one is cut
        second.close();
        first.assigned(4);
        appendEach(15, 5);

        // Then nothing is missing, though some may come twice
        List<String> seen = new ArrayList<>(both);
        while (!seen.containsAll(expected(10, 20))) {
            seen.addAll(first.values(1));
        }
    }

    @Test
    void shouldCommitWhatSettledWhenTheClientGoes() throws Exception {
        Stream stream = open("/groups/g/events?topics=orders&from=earliest");
        stream.assigned(PARTITIONS);
        appendEach(0, 10);
        stream.values(40);
        await(() -> node.committed("g").values().stream().allMatch(offset -> offset == 10));
        stream.close();
        await(() -> node.members("g") == 0);
    }

    @Test
    void shouldCommitLeaveAndEndWhenTheGatewayStops() throws Exception {
        Stream stream = open("/groups/g/events?topics=orders&from=earliest");
        stream.assigned(PARTITIONS);
        appendEach(0, 10);
        stream.values(40);

        context.close();

        assertThat(node.members("g")).isZero();
        assertThat(node.committed("g").values()).containsOnly(10L).hasSize(PARTITIONS);
        stream.awaitEnd();
    }

    @Test
    void shouldEndAfterItsLimitWithEverythingCommitted() throws Exception {
        appendEach(0, 10);
        Stream stream = open("/groups/g/events?topics=orders&from=earliest&limit=7");
        assertThat(stream.values(7)).hasSize(7);
        stream.awaitEnd();
        await(() -> node.members("g") == 0);
        assertThat(node.committed("g").values().stream().mapToLong(each -> each).sum())
                .isEqualTo(7);
    }

    @Test
    void shouldSendNoMoreThanMayBeUnacknowledged() throws Exception {
        appendEach(0, 10);
        Stream stream =
                open(
                        "/groups/g/events?topics=orders&from=earliest&commit=manual"
                                + "&max_uncommitted=6");
        String member = stream.assigned(PARTITIONS).get("member_id").asString();
        List<JsonNode> records = stream.records(6);
        stream.assertQuiet();
        assertThat(node.committed("g").values()).containsOnly(0L);

        // When the client acknowledges one by one
        JsonNode one = records.getFirst();
        Reply reply =
                post(
                        "/groups/g/offsets",
                        "application/json",
                        "{\"member_id\":\"%s\",\"offsets\":[{\"topic\":\"orders\",\"partition\":%d,\"offset\":%d}]}"
                                .formatted(
                                        member,
                                        one.get("partition").asInt(),
                                        one.get("offset").asInt() + 1));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().at("/offsets/0/offset").asInt()).isEqualTo(1);
        records.addAll(stream.records(1));
        stream.assertQuiet();

        // And by cursor: everything until then
        while (records.size() < 40) {
            Reply all =
                    post(
                            "/groups/g/offsets",
                            "application/json",
                            "{\"member_id\":\"%s\",\"cursor\":\"%s\"}"
                                    .formatted(member, stream.cursor()));
            assertThat(all.status()).as(all.body()).isEqualTo(200);
            records.addAll(stream.records(Math.min(6, 40 - records.size())));
        }
        assertThat(records.stream().map(each -> each.get("value").asString()))
                .containsExactlyInAnyOrderElementsOf(expected(0, 10));
    }

    @Test
    void shouldRefuseAcknowledgementsThatCannotBe() throws Exception {
        appendEach(0, 1);
        Stream stream = open("/groups/g/events?topics=orders&from=earliest&commit=manual");
        String member = stream.assigned(PARTITIONS).get("member_id").asString();
        stream.records(4);
        assertError(acknowledge(member, "orders", 0, 2), 400, 40002);
        assertError(acknowledge(member, "orders", 9, 1), 409, 40903);
        assertError(acknowledge(member, "nothing", 0, 1), 409, 40903);
        assertThat(acknowledge(member, "orders", 0, 1).status()).isEqualTo(200);
        assertThat(node.committed("g").get(0)).isEqualTo(1);
    }

    private Reply acknowledge(String member, String topic, int partition, long offset)
            throws Exception {
        return post(
                "/groups/g/offsets",
                "application/json",
                "{\"member_id\":\"%s\",\"offsets\":[{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}]}"
                        .formatted(member, topic, partition, offset));
    }

    @Test
    void shouldSayWhatIsWrongBeforeItBegins() throws Exception {
        assertError(send("GET", "/groups/g/events", "", ""), 400, 40002);
        assertError(send("GET", "/groups/g/events?topics=nothing", "", ""), 404, 40401);
        assertError(send("GET", "/groups/%20/events?topics=orders", "", ""), 400, 40002);
        assertError(
                send("GET", "/groups/g/events?topics=orders", "", "", "Accept", "text/html"),
                406,
                40601);
        node.refuse(ErrorCode.INVALID_REGULAR_EXPRESSION);
        assertError(send("GET", "/groups/g/events?pattern=(", "", ""), 400, 40002);
        node.refuse(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertError(send("GET", "/groups/g/events?topics=orders", "", ""), 409, 40903);
    }

    @Test
    void shouldHeartbeatAndFilterAndSpeakSse() throws Exception {
        node.append(0, "{\"n\":1}", "{\"n\":2}");
        HttpResponse<InputStream> response =
                http.send(
                        HttpRequest.newBuilder(
                                        uri(
                                                "/groups/g/events?topics=orders&from=earliest&heartbeat=250ms&where=$.n==2"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            List<String> seen = new ArrayList<>();
            while (seen.stream().noneMatch(line -> line.startsWith("data: {\"topic\""))) {
                seen.add(lines.readLine());
            }
            assertThat(seen.getFirst()).startsWith("retry: ");
            assertThat(seen).contains("event: assigned");
            assertThat(seen.getLast()).contains("\"value\":{\"n\":2}");
            assertThat(seen.stream().filter(line -> line.contains("\"n\":1"))).isEmpty();
            for (int heartbeats = 0; heartbeats < 3; ) {
                String line = lines.readLine();
                heartbeats += line.startsWith("id: ") || line.startsWith(":") ? 1 : 0;
            }
        }
    }

    private void appendEach(int from, int count) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int own = partition;
            node.append(
                    partition,
                    IntStream.range(from, from + count)
                            .mapToObj(i -> own + "-" + i)
                            .toArray(String[]::new));
        }
    }

    private static List<String> expected(int from, int to) {
        return IntStream.range(0, PARTITIONS)
                .boxed()
                .flatMap(p -> IntStream.range(from, to).mapToObj(i -> p + "-" + i))
                .toList();
    }

    private Stream open(String path) throws Exception {
        Stream stream = new Stream(path);
        streams.add(stream);
        return stream;
    }

    /** A client of NDJSON; its connection is its own. */
    private final class Stream implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final HttpResponse<InputStream> response;
        private final BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
        private volatile boolean ended;
        private String cursor = "";

        Stream(String path) throws Exception {
            response =
                    client.send(
                            HttpRequest.newBuilder(uri(path)).header("Accept", NDJSON).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(JsonMapper.shared().readTree(line));
                }
                ended = true;
            } catch (IOException closed) {
                // By the test.
            }
        }

        String contentType() {
            return response.headers().firstValue("Content-Type").orElse("");
        }

        /** The next assignment of so many partitions; records in between stay for later. */
        JsonNode assigned(int count) throws InterruptedException {
            List<JsonNode> passed = new ArrayList<>();
            JsonNode line = next();
            while (!line.path("event").asString("").equals("assigned")
                    || line.get("partitions").size() != count) {
                if (line.has("value")) {
                    passed.add(line);
                }
                line = next();
            }
            lines.addAll(passed);
            return line;
        }

        private JsonNode next() throws InterruptedException {
            JsonNode line = lines.poll(15, TimeUnit.SECONDS);
            assertThat(line).as("a line within 15 s").isNotNull();
            return line;
        }

        List<JsonNode> records(int count) throws InterruptedException {
            List<JsonNode> records = new ArrayList<>();
            while (records.size() < count) {
                JsonNode line = next();
                if (line.has("cursor")) {
                    cursor = line.get("cursor").asString();
                }
                if (line.has("value")) {
                    records.add(line);
                }
            }
            return records;
        }

        List<String> values(int count) throws InterruptedException {
            return new ArrayList<>(
                    records(count).stream().map(each -> each.get("value").asString()).toList());
        }

        String cursor() {
            return cursor;
        }

        /** For a while nothing comes but heartbeats. */
        void assertQuiet() throws InterruptedException {
            JsonNode line = lines.poll(700, TimeUnit.MILLISECONDS);
            assertThat(line == null || !line.has("value")).as("%s", line).isTrue();
        }

        void awaitEnd() throws InterruptedException {
            await(() -> ended);
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }
}
