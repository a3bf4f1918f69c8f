package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** REST v2's consumers, against the coordinator of groups. */
@SharedBroker
class RestConsumerIT {

    private final Broker broker;
    private final Http http;
    private final String group = "group-" + UUID.randomUUID();

    RestConsumerIT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
    }

    @AfterEach
    void close() {
        http.close();
    }

    private String create(String name, String settings) {
        JsonNode made =
                http.post(
                                "/consumers/" + group,
                                Http.V2,
                                "{\"name\":\"" + name + "\",\"format\":\"json\"" + settings + "}")
                        .ok();
        String path = "/consumers/" + group + "/instances/" + name;
        assertThat(made.at("/instance_id").asString()).isEqualTo(name);
        assertThat(made.at("/base_uri").asString()).startsWith("http://").endsWith(path);
        return path;
    }

    private String subscribed(String name, String settings, String topic) {
        String path = create(name, ",\"auto.offset.reset\":\"earliest\"" + settings);
        done(http.post(path + "/subscription", Http.V2, "{\"topics\":[\"" + topic + "\"]}"));
        return path;
    }

    private static void done(Http.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    }

    private static void refused(Http.Answer answer, int status, int code, String part) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().at("/error_code").asInt()).as(answer.body()).isEqualTo(code);
        assertThat(answer.json().at("/message").asString()).contains(part);
    }

    private void produce(String topic, int from, int to) {
        StringBuilder body = new StringBuilder("{\"records\":[");
        for (int i = from; i < to; i++) {
            body.append(i == from ? "" : ",").append("{\"value\":").append(i).append('}');
        }
        http.post("/topics/" + topic, Http.V2_JSON, body.append("]}").toString()).ok();
    }

    private List<Integer> values(JsonNode records) {
        return records.valueStream().map(each -> each.at("/value").asInt()).toList();
    }

    @Test
    void shouldReturnRecordsWithTheFirstRead() {
        String topic = newTopic(broker, 3);
        produce(topic, 0, 20);

        String path = subscribed("a", "", topic);
        List<Integer> read = new ArrayList<>();
        while (read.size() < 20) {
            JsonNode records = http.get(path + "/records?timeout=10000").ok();
            assertThat(records).as("the first read, and each after it").isNotEmpty();
            read.addAll(values(records));
        }

        assertThat(read).doesNotHaveDuplicates().hasSize(20);
        assertThat(http.get(path + "/assignments").ok().at("/partitions")).hasSize(3);
        assertThat(http.get(path + "/subscription").ok().at("/topics/0").asString())
                .isEqualTo(topic);
        done(http.delete(path));
    }

    @Test
    void shouldGoOnFromWhatWasCommitted() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 4);
        String first = subscribed("first", ",\"auto.commit.enable\":\"false\"", topic);
        assertThat(values(http.get(first + "/records?timeout=10000").ok()))
                .containsExactly(0, 1, 2, 3);
        String offsets =
                "{\"offsets\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":%d,\"metadata\":\"m\"}]}";
        done(http.post(first + "/offsets", Http.V2, offsets.formatted(topic, 2)));
        JsonNode committed = http.get(first + "/offsets").ok().at("/offsets/0");
        assertThat(committed.at("/offset").asLong()).isEqualTo(2);
        assertThat(committed.at("/metadata").asString()).isEqualTo("m");
        refused(
                http.post(first + "/offsets", Http.V2, offsets.formatted(topic, 99)),
                400,
                40002,
                "99");
        done(http.delete(first));

        String second = subscribed("second", "", topic);
        assertThat(values(http.get(second + "/records?timeout=10000").ok())).containsExactly(2, 3);
        // To be deleted is to be done: the gateway commits on the client's behalf.
        done(http.delete(second));
        String third = subscribed("third", "", topic);
        assertThat(http.get(third + "/records?timeout=500").ok()).isEmpty();
        done(http.delete(third));
    }

    @Test
    void shouldAnswerWithTheFirstRecordWhileItWaits() {
        String topic = newTopic(broker, 2);
        String path = subscribed("waiting", "", topic);
        long begun = System.nanoTime();
        CompletableFuture<JsonNode> read =
                CompletableFuture.supplyAsync(
                        () -> {
                            try (Http other = new Http(broker)) {
                                return other.get(path + "/records?timeout=35000").ok();
                            }
                        });
        assertThat(http.get(path + "/assignments").ok().at("/partitions")).hasSize(2);
        produce(topic, 7, 8);

        assertThat(values(read.join())).containsExactly(7);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        done(http.delete(path));
    }

    @Test
    void shouldSeekByOffsetAndTimeAndShowHeadersOnRequest() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 5);
        String path = subscribed("seeker", "", topic);
        String partition = "{\"topic\":\"" + topic + "\",\"partition\":0";
        done(
                http.post(
                        path + "/positions",
                        Http.V2,
                        "{\"offsets\":[" + partition + ",\"offset\":3}]}"));
        JsonNode records = http.get(path + "/records?timeout=10000&include=headers,timestamp").ok();
        assertThat(values(records)).containsExactly(3, 4);
        assertThat(records.at("/0/headers").isArray()).isTrue();
        long timestamp = records.at("/0/timestamp").asLong();
        assertThat(timestamp).isPositive();
        done(
                http.post(
                        path + "/positions",
                        Http.V2,
                        "{\"timestamps\":[" + partition + ",\"timestamp\":0}]}"));
        JsonNode again = http.get(path + "/records?timeout=10000").ok();
        assertThat(values(again)).containsExactly(0, 1, 2, 3, 4);
        assertThat(again.at("/0").has("timestamp")).isFalse();
        done(http.post(path + "/positions/end", Http.V2, "{\"partitions\":[" + partition + "}]}"));
        assertThat(http.get(path + "/records?timeout=200").ok()).isEmpty();
        done(
                http.post(
                        path + "/positions/beginning",
                        Http.V2,
                        "{\"partitions\":[" + partition + "}]}"));
        assertThat(http.get(path + "/records?timeout=10000").ok()).hasSize(5);
        done(http.delete(path));
    }

    @Test
    void shouldGiveEachRecordOnceWhileItReadsAhead() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 1_000);
        produce(topic, 1_000, 2_000);
        String path = subscribed("ahead", "", topic);
        assertThat(readOn(path, 0, 700)).as("full answers, one after the other").isLessThan(2_000);

        // What was fetched ahead of a seek is not what is asked for after it.
        done(
                http.post(
                        path + "/positions",
                        Http.V2,
                        "{\"offsets\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":100}]}"
                                .formatted(topic)));
        int next = readOn(path, 100, 1_500);
        produce(topic, 2_000, 2_100);
        assertThat(readOn(path, next, 2_100)).isEqualTo(2_100);
        done(http.delete(path));
    }

    /**
     * Reads values that count up from {@code next}, until {@code end} at least; what comes then.
     */
    private int readOn(String path, int next, int end) {
        int expected = next;
        while (expected < end) {
            JsonNode records = http.get(path + "/records?timeout=10000&max_bytes=600").ok();
            assertThat(records).isNotEmpty();
            for (int value : values(records)) {
                assertThat(value).isEqualTo(expected++);
            }
        }
        return expected;
    }

    @Test
    void shouldNotFailAReadForOneBadRecord() {
        String topic = newTopic(broker, 1);
        http.post("/topics/" + topic, Http.V2_BINARY, "{\"records\":[{\"value\":\"/v8=\"}]}").ok();
        produce(topic, 5, 6);
        String path = subscribed("a", "", topic);

        List<JsonNode> records = new ArrayList<>();
        while (records.size() < 2) {
            http.get(path + "/records?timeout=10000").ok().forEach(records::add);
        }

        assertThat(records.get(0).at("/value").isNull()).isTrue();
        assertThat(records.get(0).at("/value_base64").asString()).isEqualTo("/v8=");
        assertThat(records.get(1).at("/value").asInt()).isEqualTo(5);
        done(http.delete(path));
    }

    @Test
    void shouldDealPartitionsOutToInstancesThatDoNotRead() {
        String topic = newTopic(broker, 4);
        String a = subscribed("a", "", topic);
        String b = subscribed("b", "", topic);
        await("each has half")
                .atMost(Duration.ofSeconds(30))
                .until(() -> partitions(a) == 2 && partitions(b) == 2);
        done(http.delete(a));
        done(http.delete(b));
    }

    private int partitions(String instance) {
        return http.get(instance + "/assignments").ok().at("/partitions").size();
    }

    @Test
    void shouldSayWhatIsWrong() {
        String topic = newTopic(broker, 1);
        String path = create("a", "");
        refused(http.get(path + "/records"), 409, 40903, "subscribed to nothing");
        refused(
                http.post("/consumers/" + group, Http.V2, "{\"name\":\"a\"}"),
                409,
                40902,
                "'a' of group");
        refused(
                http.post(path + "/subscription", Http.V2, "{\"topics\":[]}"),
                422,
                42206,
                "topics is empty");
        refused(
                http.post(path + "/subscription", Http.V2, "{\"topic_pattern\":\"a[\"}"),
                422,
                42206,
                "a[");
        String one = "{\"partitions\":[{\"topic\":\"" + topic + "\",\"partition\":0}]}";
        done(http.post(path + "/assignments", Http.V2, one));
        refused(
                http.post(path + "/subscription", Http.V2, "{\"topics\":[\"t\"]}"),
                409,
                40903,
                "by hand");
        refused(
                http.post(path + "/assignments", Http.V2, one.replace(":0}", ":9}")),
                404,
                40402,
                "Partition 9");
        refused(
                http.post(path + "/assignments", Http.V2, one.replace(topic, "no-such-topic")),
                404,
                40401,
                "no-such-topic");
        refused(http.get(path + "/records", Http.V2_BINARY), 406, 40601, "json.v2+json");
        refused(http.get(path + "/records?timeout=-1"), 400, 40002, "timeout");
        done(http.delete(path));
        refused(http.get(path + "/records"), 404, 40403, "'a' of group");
        refused(
                http.post("/consumers/" + group, Http.V2, "{\"auto.offset.reset\":\"x\"}"),
                422,
                42204,
                "auto.offset.reset");
        refused(
                http.post("/consumers/" + group, Http.V2, "{\"fetch.min.bytes\":\"-1\"}"),
                422,
                40001,
                "fetch.min.bytes");
        refused(
                http.call("GET", path + "/offsets", Http.V2, BodyPublishers.ofString("{")),
                400,
                400,
                "JSON");
    }

    @Test
    void shouldSayThatAnInstanceHasExpired() {
        String path = create("short", ",\"consumer.instance.timeout.ms\":1000");
        String message = "";
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        int pauses = 0;
        while (!message.contains("expired at") && System.nanoTime() < end) {
            // Asking is a use: only silence lets it expire.
            awaitSilence(Duration.ofMillis(1_500 + 500L * pauses++));
            Http.Answer answer = http.get(path + "/assignments");
            message = answer.status() == 404 ? answer.json().at("/message").asString() : "";
        }
        assertThat(message).contains("'short'").contains("expired at").contains("1000 ms");
        create("short", "");
        done(http.delete(path));
    }

    private static void awaitSilence(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
