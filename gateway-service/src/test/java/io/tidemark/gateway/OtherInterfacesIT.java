package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What clients of other proxies and bridges expect of the interface that they share with ours. */
class OtherInterfacesIT extends RunningGateway {

    private static final String V3 = "/v3/clusters/cluster-1/topics/orders/records";
    private static final String ONE = "{\"records\":[{\"value\":1,\"partition\":0}]}";

    @Test
    void shouldStoreTheGoodEntriesOfABatchAndNameTheBad() throws Exception {
        Reply reply =
                post(
                        V3 + ":batch",
                        "application/json",
                        "{\"entries\":[{\"id\":\"1\",\"value\":{\"type\":\"STRING\",\"data\":\"a\"}},"
                                + "{\"id\":\"2\",\"value\":{\"type\":\"BINARY\",\"data\":\"***\"}},"
                                + "{\"id\":\"3\",\"value\":{\"type\":\"STRING\",\"data\":\"b\"}}]}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(207);
        JsonNode json = reply.json();
        assertThat(json.get("successes").valueStream().map(e -> e.get("id").asString()))
                .containsExactly("1", "3");
        assertThat(json.at("/failures/0/id").asString()).isEqualTo("2");
        assertThat(json.at("/failures/0/error_code").asInt()).isEqualTo(42206);
        assertThat(partitions.stored()).hasSize(2);
    }

    @Test
    void shouldGoOnBehindABadRecordOfAStream() throws Exception {
        Reply reply =
                post(
                        V3,
                        "application/json",
                        "{\"value\":{\"type\":\"STRING\",\"data\":\"a\"}}{\"value\":5}"
                                + "{\"value\":{\"type\":\"STRING\",\"data\":\"b\"}}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().lines().map(line -> line.substring(0, line.indexOf(','))).toList())
                .containsExactly(
                        "{\"error_code\":200", "{\"error_code\":42206", "{\"error_code\":200");
    }

    @Test
    void shouldAnswerBeforeTheOutcomeWhereNoneIsWanted() throws Exception {
        // Given leaders that do not answer
        partitions.withhold();

        // When
        Reply reply = post("/topics/orders?async=true", JSON, ONE);

        // Then
        assertThat(reply.status()).as(reply.body()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
        partitions.release();
        await(() -> partitions.stored().size() == 1);
        await(() -> pending() == 0);
        assertThat(post("/topics/orders/partitions/1?async=true", JSON, ONE).status())
                .isEqualTo(204);
    }

    @Test
    void shouldStillRefuseWhatIsWrongWithoutAnOutcome() throws Exception {
        assertError(post("/topics/orders?async=true", JSON, "{\"records\":[{]}"), 400, 400);
        assertError(post("/topics/nope?async=true", JSON, ONE), 404, 40401);
        assertError(post("/topics/orders?async=maybe", JSON, ONE), 400, 40002);
        assertError(
                post("/topics/orders?async=true", JSON, ONE, "Idempotency-Key", "k"), 400, 40002);
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldTakeJsonInNoOtherCharacterSet() throws Exception {
        assertThat(post("/topics/orders", JSON + "; charset=UTF-8", ONE).status()).isEqualTo(200);
        assertThat(post(V3, "application/json;charset=\"utf-8\"", "{\"partition_id\":0}").status())
                .isEqualTo(200);
        assertError(post("/topics/orders", JSON + "; charset=ISO-8859-1", ONE), 415, 415);
        assertError(post(V3, "application/json; charset=utf-16", "{}"), 415, 415);
        assertError(
                post(
                        "/v3/clusters/cluster-1/topics",
                        "application/json; charset=latin1",
                        "{\"topic_name\":\"x\"}"),
                415,
                415);
        assertThat(partitions.stored()).hasSize(2);
    }

    @Test
    void shouldSayWhatMayBeDoneWithATopicWhereThatIsAsked() throws Exception {
        String topics = "/v3/clusters/cluster-1/topics";
        String asked = "?include_authorized_operations=";
        assertThat(get(topics + "/orders").json().get("authorized_operations")).isEmpty();
        assertThat(get(topics + "/orders" + asked + "false").json().get("authorized_operations"))
                .isEmpty();
        for (JsonNode topic :
                new JsonNode[] {
                    get(topics + "/orders" + asked + "true").json(),
                    get(topics + asked + "true").json().at("/data/0")
                }) {
            assertThat(topic.get("authorized_operations").valueStream().map(JsonNode::asString))
                    .contains("READ", "WRITE", "ALTER_CONFIGS")
                    .hasSize(8);
        }
    }

    @Test
    void shouldAnswerProbesAndScrapes() throws Exception {
        assertThat(send("GET", "/healthy", "", "").status()).isEqualTo(204);
        assertThat(send("GET", "/ready", "", "").status()).isEqualTo(204);
        Reply metrics = get("/metrics");
        assertThat(metrics.contentType()).startsWith("text/plain");
        assertThat(metrics.body()).contains("tidemark_gateway_requests_seconds");
        assertThat(get("/openapi/v3").body()).isEqualTo(get("/openapi").body());
        assertError(send("GET", "/openapi/v2", "", ""), 410, 410);
    }

    @Test
    void shouldSayWhyThereAreNoAccessRules() throws Exception {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            assertError(
                    send(method, "/v3/clusters/cluster-1/acls", "application/json", "{}"),
                    501,
                    501);
        }
        assertError(
                post("/kafka/v3/clusters/cluster-1/acls:batch", "application/json", "{}"),
                501,
                501);
        assertError(send("GET", "/v3/clusters/other/acls", "", ""), 404, 404);
    }

    @Test
    void shouldListSettingsOfAllBrokersAndNewTopics() throws Exception {
        JsonNode brokers = get("/v3/clusters/cluster-1/brokers/-/configs").json();
        assertThat(brokers.get("kind").asString()).isEqualTo("KafkaBrokerConfigList");
        assertThat(brokers.at("/data/0/broker_id").asInt()).isEqualTo(1);
        JsonNode defaults = get("/v3/clusters/cluster-1/topics/new/default-configs").json();
        assertThat(defaults.get("data").size()).isGreaterThan(10);
        JsonNode replicas = get("/v3/clusters/cluster-1/topics/-/replicas").json();
        assertThat(replicas.get("data")).hasSize(4);
    }
}
