package io.tidemark.systemtest.input;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.systemtest.rest.Http.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests that are wrong in every way: each gets a clear error, at once. */
@SharedBroker
class BadRequestIT {

    private static final String GOOD = "{\"records\":[{\"value\":1}]}";

    private final Broker broker;
    private final Http http;
    private final String topic;

    BadRequestIT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
        this.topic = newTopic(broker, 1);
    }

    @AfterEach
    void serviceGoesOn() {
        http.post("/topics/" + topic, Http.V2_JSON, GOOD).ok();
        http.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"records\":[{\"value\":1},\n{\"value\":oops}]}",
                "{\"records\":[{\"value\":1}",
                "{\"records\":[{\"value\":\"open}]}",
                "not json",
                "{\"records\":[{\"value\":01}]}"
            })
    void shouldTellWhereJsonIsBroken(String body) {
        assertThat(http.post("/topics/" + topic, Http.V2_JSON, body).error(400, 400))
                .containsPattern("(?i)line \\d+|column \\d+|(byte|position|offset|character) \\d+");
    }

    @Test
    void shouldTellThatTheBodyIsEmpty() {
        Answer answer = http.post("/topics/" + topic, Http.V2_JSON, "");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.error(422, answer.json().at("/error_code").asInt())).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"records\":[]}",
                "{\"records\":{}}",
                "{\"records\":[1]}",
                "{\"records\":[{\"partition\":\"x\",\"value\":1}]}",
                "[]"
            })
    void shouldTellWhatAPayloadLacks(String body) {
        Answer answer = http.post("/topics/" + topic, Http.V2_JSON, body);
        assertThat(answer.status()).as(answer.body()).isIn(400, 422);
        assertThat(answer.error(answer.status(), answer.json().at("/error_code").asInt()))
                .isNotBlank();
    }

    @Test
    void shouldRefuseInvalidBase64() {
        Answer answer =
                http.post(
                        "/topics/" + topic,
                        Http.V2_BINARY,
                        "{\"records\":[{\"value\":\"%%%not-base64\"}]}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).containsIgnoringCase("base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/vnd.kafka.avro.v2+json"})
    void shouldRefuseOtherContentTypes(String contentType) {
        assertThat(http.post("/topics/" + topic, contentType, GOOD).status()).isEqualTo(415);
    }

    @Test
    void shouldRefuseToAnswerInUnknownFormats() {
        assertThat(http.get("/topics", "image/png").error(406, 40601)).isNotBlank();
        assertThat(
                        http.get("/topics/" + topic + "/partitions/0/records?offset=0", "text/csv")
                                .error(406, 40601))
                .isNotBlank();
        assertThat(http.get("/topics/" + topic + "/events", "image/png").status()).isEqualTo(406);
    }

    @Test
    void shouldTellAtOnceThatATopicOrPartitionIsUnknown() {
        long begin = System.nanoTime();
        for (String path :
                List.of(
                        "/topics/no-such-topic",
                        "/topics/no-such-topic/partitions",
                        "/topics/no-such-topic/partitions/0/offsets",
                        "/topics/no-such-topic/partitions/0/records?offset=0",
                        "/topics/no-such-topic/events",
                        http.clusterPath() + "/topics/no-such-topic")) {
            http.get(path).error(404, 40401);
        }
        for (String path :
                List.of(
                        "/topics/" + topic + "/partitions/7",
                        "/topics/" + topic + "/partitions/7/offsets",
                        "/topics/" + topic + "/partitions/7/records?offset=0",
                        "/topics/" + topic + "/events?partitions=7")) {
            http.get(path).error(404, 40402);
        }
        http.post("/topics/no-such-topic/events", "text/plain", "x").error(404, 40401);
        http.post("/topics/" + topic + "/partitions/7", Http.V2_JSON, GOOD).error(404, 40402);
        http.post("/topics/" + topic + "/events?partition=7", "text/plain", "x").error(404, 40402);
        assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(20_000);
    }

    @Test
    void shouldRefuseInvalidTopicNames() {
        for (String name : List.of("with%20space", "a%2Fb", "..", "x".repeat(250))) {
            String body =
                    "{\"topic_name\":\"%s\"}"
                            .formatted(name.replace("%20", " ").replace("%2F", "/"));
            Answer answer = http.post(http.clusterPath() + "/topics", Http.JSON, body);
            assertThat(answer.status()).as(name + answer.body()).isIn(400, 422);
            assertThat(answer.body()).contains("error_code");
        }
        Answer existing =
                http.post(
                        http.clusterPath() + "/topics",
                        Http.JSON,
                        "{\"topic_name\":\"" + topic + "\"}");
        assertThat(existing.status()).as(existing.body()).isIn(400, 409);
    }

    @Test
    void shouldRefuseUnknownConfigurationKeysAndValues() {
        String configs = http.clusterPath() + "/topics/" + topic + "/configs";
        for (String put : List.of("/no.such.key", "/retention.ms")) {
            Answer answer = http.put(configs + put, "{\"value\":\"soon\"}");
            assertThat(answer.status()).as(answer.body()).isIn(400, 404, 422);
            assertThat(answer.body()).contains(put.substring(1));
        }
        Answer create =
                http.post(
                        http.clusterPath() + "/topics",
                        Http.JSON,
                        """
                        {"topic_name":"never","configs":[{"name":"no.such.key","value":"1"}]}""");
        assertThat(create.status()).as(create.body()).isIn(400, 422);
        assertThat(create.body()).contains("no.such.key");
        assertThat(http.get("/topics/never").status()).isEqualTo(404);
    }

    @Test
    void shouldRefuseOffsetsThatAreNegativeOrOutOfRange() {
        String records = "/topics/" + topic + "/partitions/0/records?offset=";
        assertThat(http.get(records + "-1", Http.V2_JSON).status()).isEqualTo(400);
        assertThat(http.get(records + "abc", Http.V2_JSON).status()).isEqualTo(400);
        Answer beyond = http.get(records + "1000000", Http.V2_JSON);
        assertThat(beyond.status()).as(beyond.body()).isBetween(400, 499);
        assertThat(beyond.body()).contains("error_code").containsIgnoringCase("range");
        assertThat(http.get("/topics/" + topic + "/partitions/-1").status()).isIn(400, 404);
        assertThat(http.get("/topics/" + topic + "/partitions/x").status()).isIn(400, 404);
        assertThat(http.get("/topics/" + topic + "/events?from=0:-5").status()).isEqualTo(400);
        assertThat(http.get("/topics/" + topic + "/events?from=tomorrow").status()).isEqualTo(400);
    }

    @Test
    void shouldRefuseOversizeRecordsBodiesAndHeaders() {
        String record = "{\"records\":[{\"value\":\"" + "x".repeat(3 << 20) + "\"}]}";
        Answer oversizeRecord = http.post("/topics/" + topic, Http.V2_JSON, record);
        if (oversizeRecord.status() == 200) {
            assertThat(oversizeRecord.json().at("/offsets/0/error_code").asInt()).isPositive();
        } else {
            assertThat(oversizeRecord.status()).as(oversizeRecord.body()).isIn(413, 422);
        }
        Answer raw = http.post("/topics/" + topic + "/events", "text/plain", new byte[5 << 20]);
        assertThat(raw.status()).as(raw.body()).isEqualTo(413);
        assertThat(raw.body()).contains("error_code");
        Answer header =
                http.send(
                        http.request("/topics/" + topic + "/events")
                                .header("X-Header-Big", "x".repeat(100_000))
                                .POST(BodyPublishers.ofString("v")));
        assertThat(header.status()).isIn(400, 413, 431);
    }

    @Test
    void shouldTellWhatRoutesAndMethodsThereAre() {
        http.get("/no/such/route").error(404, 404);
        assertThat(http.delete("/topics/" + topic).status()).isEqualTo(405);
    }

    @Test
    void shouldFailOneStreamedRecordAloneAndStopAtBrokenJson() {
        String lines = "{\"a\":1}\nbroken{\n{\"a\":2}\n";
        Answer answer = http.post("/topics/" + topic + "/events", Http.NDJSON, lines);
        assertThat(answer.body()).as("status %d", answer.status()).contains("error_code");
        assertThat(answer.body()).containsPattern("(?i)line \\d+|column|position|byte");
    }
}
