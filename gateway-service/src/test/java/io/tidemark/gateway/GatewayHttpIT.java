package io.tidemark.gateway;

import static io.tidemark.gateway.FixedControlPlane.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import io.tidemark.protocol.ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The routes of the HTTP interface, one by one. */
class GatewayHttpIT extends RunningGateway {

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
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo(
                        "{\"offsets\":[{\"partition\":2,\"offset\":0,\"error_code\":null,"
                                + "\"error\":null},{\"partition\":2,\"offset\":1,\"error_code\":null,"
                                + "\"error\":null}],\"key_schema_id\":null,\"value_schema_id\":null}");
        assertThat(reply.contentType()).isEqualTo("application/vnd.kafka.v2+json");
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
        assertThat(reply.status()).isEqualTo(200);
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
        assertError(post("/topics/orders", JSON, "{\"records\":[{]}"), 400, 400);
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
    void shouldAnswerHeadAsGetWithoutTheBody() throws Exception {
        Reply head = send("HEAD", "/v3/clusters/cluster-1/topics/orders", "", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(send("HEAD", "/ui/", "", "").status()).isEqualTo(503); // it is not built here
        assertThat(send("HEAD", "/nope", "", "").status()).isEqualTo(404);
    }

    @Test
    void shouldRetryUntilTheLeaderIsBack() throws Exception {
        partitions.refuseNext(
                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                ErrorCode.LEADER_NOT_AVAILABLE,
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        Reply reply = post("/topics/orders/events", "text/plain", "x");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(partitions.stored()).hasSize(1);
        assertThat(partitions.batches().getFirst().producerId()).isEqualTo(1001);
    }

    @Test
    void shouldSayWhatTheLeaderSays() throws Exception {
        partitions.refuseNext(ErrorCode.INVALID_RECORD, ErrorCode.INVALID_RECORD);
        assertError(post("/topics/orders/events", "text/plain", "x"), 422, 42206);
        Reply v2 = post("/topics/orders", JSON, "{\"records\":[{\"value\":1}]}");
        assertThat(v2.status()).isEqualTo(200);
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
        assertThat(reply.status()).isEqualTo(200);
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
    void shouldTellOfAV3RecordInItsReport() throws Exception {
        String path = "/kafka/v3/clusters/cluster-1/topics/orders/records";
        assertThat(
                        post(
                                        path,
                                        "application/json",
                                        "{\"value\":{\"type\":\"STRING\",\"data\":\"a\"}}")
                                .status())
                .isEqualTo(200);
        Reply bad = post(path, "application/json", "{\"value\":5}");
        assertThat(bad.status()).isEqualTo(200);
        assertThat(bad.json().get("error_code").asInt()).isEqualTo(42206);
        Reply nowhere = post(path, "application/json", "{\"partition_id\":9}");
        assertThat(nowhere.status()).isEqualTo(200);
        assertThat(nowhere.json().get("error_code").asInt()).isEqualTo(40402);
        assertError(post(path, "application/json", ""), 400, 400);
    }

    @Test
    void shouldAnswerABatchById() throws Exception {
        Reply reply =
                post(
                        "/v3/clusters/cluster-1/topics/orders/records:batch",
                        "application/json",
                        "{\"entries\":[{\"id\":\"good\",\"value\":{\"type\":\"STRING\",\"data\":\"a\"}},"
                                + "{\"id\":\"bad\",\"partition_id\":99}]}");
        assertThat(reply.status()).isEqualTo(207);
        assertThat(reply.json().get("successes").get(0).get("id").asString()).isEqualTo("good");
        assertThat(reply.json().get("failures").get(0).get("id").asString()).isEqualTo("bad");
        assertThat(reply.json().get("failures").get(0).get("error_code").asInt()).isEqualTo(40402);
    }

    @Test
    void shouldTellOfTopicsAndOffsets() throws Exception {
        post("/topics/orders/partitions/1", JSON, "{\"records\":[{\"value\":1},{\"value\":2}]}");
        assertThat(get("/topics").body()).isEqualTo("[\"orders\"]");
        assertThat(get("/brokers").body()).isEqualTo("{\"brokers\":[1]}");
        assertThat(get("/topics/orders/partitions/1").body())
                .isEqualTo(
                        "{\"partition\":1,\"leader\":1,\"replicas\":[{\"broker\":1,\"leader\":true,"
                                + "\"in_sync\":true}]}");
        assertThat(get("/topics/orders/partitions/1/offsets").body())
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
        assertThat(get("/openapi/ui").body()).contains("<!doctype html>");
    }

    @Test
    void shouldCountRequestsAndBatches() throws Exception {
        post("/topics/orders/events", "text/plain", "x");
        get("/topics/orders");
        String metrics = get("/actuator/prometheus").body();
        assertThat(metrics)
                .contains("tidemark_gateway_requests_seconds_count{method=\"POST\"")
                .contains("route=\"/topics/{topic}/events\"")
                .contains("route=\"/topics/{topic}\"")
                .contains("tidemark_gateway_produce_batch_records_count 1")
                .contains("tidemark_gateway_inflight_bytes 0.0")
                .contains("resilience4j_circuitbreaker_state");
    }
}
