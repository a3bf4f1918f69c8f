package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One stream over several topics. */
@Timeout(60)
class TopicsStreamIT extends RunningGateway {

    private static final String NDJSON = "application/x-ndjson";

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ChangingControlPlane cluster;

    private final List<Stream<String>> open = new ArrayList<>();

    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        cluster = new ChangingControlPlane(node.port());
        return cluster;
    }

    @AfterEach
    void stopNode() {
        open.forEach(Stream::close);
        node.close();
    }

    private void make(String topic, int partitions) {
        node.know(topic, cluster.make(topic, partitions));
    }

    private List<JsonNode> lines(String query) throws Exception {
        Reply reply = send("GET", "/events?" + query, "", "", "Accept", NDJSON);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.body().lines().map(JsonMapper.shared()::readTree).toList();
    }

    /** What an endless stream says, as it comes. */
    private List<JsonNode> follow(String query) throws Exception {
        HttpResponse<Stream<String>> answer =
                http.send(
                        request("GET", "/events?" + query, "", "", "Accept", NDJSON),
                        HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        List<JsonNode> came = new CopyOnWriteArrayList<>();
        open.add(answer.body());
        Thread.ofVirtual()
                .start(() -> answer.body().map(JsonMapper.shared()::readTree).forEach(came::add));
        return came;
    }

    private static boolean has(List<JsonNode> came, String field, String text) {
        return came.stream().anyMatch(line -> line.path(field).asString("").equals(text));
    }

    @Test
    void shouldStreamSeveralTopicsWithOneCursor() throws Exception {
        // Given
        make("a", 2);
        make("b", 1);
        node.append("a", 0, "a0");
        node.append("a", 1, "a1");
        node.append("b", 0, "b0");

        // When
        List<JsonNode> all = lines("topics=a,b&from=earliest&until=latest");
        String cursor = all.getLast().get("cursor").asString();
        node.append("b", 0, "b1");
        node.append("a", 1, "a2");
        List<JsonNode> rest = lines("topics=b,a&until=latest&cursor=" + cursor);

        // Then
        assertThat(values(all)).containsExactlyInAnyOrder("a:a0", "a:a1", "b:b0");
        assertThat(all.getLast().get("event").asString()).isEqualTo("end");
        assertThat(cursor).startsWith("t1.");
        assertThat(values(rest)).containsExactlyInAnyOrder("b:b1", "a:a2");
    }

    private static List<String> values(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.has("value"))
                .map(line -> line.get("topic").asString() + ":" + line.get("value").asString())
                .toList();
    }

    @Test
    void shouldResumeAfterAnyEventWithoutGapOrRepeat() throws Exception {
        // Given
        Random random = new Random(7);
        Set<String> written = new LinkedHashSet<>();
        for (String topic : List.of("a", "b", "c")) {
            make(topic, 3);
            for (int i = 0; i < 60; i++) {
                String value = topic + i;
                node.append(topic, random.nextInt(3), value);
                written.add(topic + ":" + value);
            }
        }
        List<String> got = new ArrayList<>();
        String lastId = "";

        // When a client is cut anywhere, between two events, and comes again
        for (int round = 0; round < 200 && got.size() < written.size(); round++) {
            int keep = 1 + random.nextInt(40);
            String uri = "/events?topics=a,b,c&from=earliest&format=text&until=latest";
            Reply reply =
                    lastId.isEmpty()
                            ? send("GET", uri, "", "")
                            : send("GET", uri, "", "", "Last-Event-ID", lastId);
            for (String event : reply.body().split("\n\n")) {
                Map<String, String> fields = new HashMap<>();
                event.lines()
                        .filter(line -> line.contains(": "))
                        .forEach(line -> fields.put(name(line), rest(line)));
                if (keep == 0 || fields.containsKey("event")) {
                    break;
                }
                lastId = fields.getOrDefault("id", lastId);
                if (fields.containsKey("data")) {
                    keep--;
                    got.addAll(values(List.of(JsonMapper.shared().readTree(fields.get("data")))));
                }
            }
        }

        // Then
        assertThat(got).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(": "));
    }

    private static String rest(String line) {
        return line.substring(line.indexOf(": ") + 2);
    }

    @Test
    void shouldTakeInTopicsThatMatchLaterAndTellOfThoseThatAreDeleted() throws Exception {
        // Given
        make("shop-a", 1);
        make("other", 1);
        List<JsonNode> came = follow("pattern=shop-.*&heartbeat=250ms");
        await(() -> !came.isEmpty());

        // When, then
        make("shop-b", 1);
        node.append("shop-b", 0, "new");
        node.append("other", 0, "not wanted");
        await(() -> has(came, "value", "new"));
        assertThat(has(came, "event", "joined")).isTrue();

        make("shop-a", 2);
        node.append("shop-a", 1, "grown");
        await(() -> has(came, "value", "grown"));

        cluster.delete("shop-b");
        await(() -> has(came, "event", "deleted"));
        node.append("shop-a", 0, "goes on");
        await(() -> has(came, "value", "goes on"));
        assertThat(has(came, "value", "not wanted")).isFalse();
    }

    @Test
    void shouldEndAtItsLimitForGood() throws Exception {
        // Given
        make("a", 1);
        make("b", 1);
        for (int i = 0; i < 5; i++) {
            node.append("a", 0, "a" + i);
            node.append("b", 0, "b" + i);
        }

        // When
        String body = send("GET", "/events?topics=a,b&from=earliest&limit=7", "", "").body();
        String id = rest(body.substring(body.lastIndexOf("id: ")).lines().findFirst().orElse(""));
        Reply reconnect = send("GET", "/events?topics=a,b&limit=7", "", "", "Last-Event-ID", id);
        List<JsonNode> more = lines("topics=a,b&until=latest&cursor=" + id);

        // Then
        assertThat(body.split("\"value\":")).hasSize(8);
        assertThat(body).contains("event: end");
        assertThat(reconnect.status()).isEqualTo(204);
        assertThat(values(more)).hasSize(3);
    }

    @Test
    void shouldRefuseWhatItCannotFollow() throws Exception {
        make("a", 1);
        assertError(send("GET", "/events", "", ""), 400, 40002);
        assertError(send("GET", "/events?topics=a&pattern=a", "", ""), 400, 40002);
        assertError(send("GET", "/events?topics=a,none", "", ""), 404, 40401);
        assertError(send("GET", "/events?topics=a&from=0:12", "", ""), 400, 40002);
        assertError(send("GET", "/events?topics=a&cursor=v1.AA", "", ""), 400, 40002);
        assertError(send("GET", "/events?topics=a&partitions=0", "", ""), 400, 40002);
        assertError(
                send("GET", "/events?pattern=((a%7B1,1000%7D)%7B1,1000%7D)%7B1,1000%7D", "", ""),
                400,
                40002);
        assertError(send("GET", "/events?pattern=(%3Fi)%E1%B2%80", "", ""), 400, 40002);
        make("wide", 1_600);
        assertError(send("GET", "/events?topics=a,wide", "", ""), 400, 40002);
    }
}
