package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** CloudEvents that are produced over HTTP, in the three modes of their binding. */
class CloudEventsIT extends RunningGateway {

    private static final String EVENTS = "/topics/orders/events";
    private static final String ONCE = EVENTS + "?idempotency=event";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private static String event(String id, String more) {
        return "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/shop\",\"type\":\"t\"%s}"
                .formatted(id, more);
    }

    private Reply binary(String... headers) throws Exception {
        return post(EVENTS, "text/plain", "hello", headers);
    }

    @Test
    void shouldKeepTheAttributesOfABinaryEventAsHeaders() throws Exception {
        // When
        Reply reply =
                binary(
                        "ce-specversion", "1.0",
                        "CE-Id", "1",
                        "ce-source", "/shop",
                        "ce-type", "\"order.\\\"made\\\"\"",
                        "ce-subject", "Euro%20%E2%82%AC%20100%25",
                        "ce-partitionkey", "k1",
                        "X-Header-own", "x");

        // Then
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.json().get("cursor").asString()).startsWith("v1.");
        Stored stored = partitions.stored().getFirst();
        assertThat(stored.key()).isEqualTo("k1");
        assertThat(stored.value()).isEqualTo("hello");
        assertThat(stored.headers())
                .isEqualTo(
                        Map.of(
                                "ce_specversion", "1.0",
                                "ce_id", "1",
                                "ce_source", "/shop",
                                "ce_type", "order.\"made\"",
                                "ce_subject", "Euro \u20ac 100%",
                                "ce_partitionkey", "k1",
                                "content-type", "text/plain",
                                "own", "x"));
    }

    @Test
    void shouldKeepAStructuredEventWhole() throws Exception {
        String event = event("7", ",\"partitionkey\":\"k\",\"data\":{\"n\": 1.0}");
        Reply reply = post(EVENTS + "?partition=2", STRUCTURED + "; charset=UTF-8", event);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        Stored stored = partitions.stored().getFirst();
        assertThat(stored.partition()).isEqualTo(2);
        assertThat(stored.key()).isEqualTo("k");
        assertThat(stored.value()).isEqualTo(event);
        assertThat(stored.headers()).isEqualTo(Map.of("content-type", STRUCTURED));
    }

    @Test
    void shouldAnswerEachEventOfABatch() throws Exception {
        String good = event("1", ",\"data\":1");
        Reply all = post(EVENTS, BATCH, "[" + good + ",\n" + event("2", "") + "]");
        assertThat(all.status()).as(all.body()).isEqualTo(200);
        assertThat(all.json()).hasSize(2);
        assertThat(partitions.stored().getFirst().value()).isEqualTo(good);

        Reply some = post(EVENTS, BATCH, "[" + good + ",{\"id\":\"2\"}," + event("3", "") + "]");
        assertThat(some.status()).as(some.body()).isEqualTo(207);
        JsonNode json = some.json();
        assertThat(json).hasSize(3);
        assertThat(json.at("/0/offset").isNumber()).isTrue();
        assertThat(json.at("/1/error_code").asInt()).isEqualTo(42206);
        assertThat(json.at("/1/message").asString()).contains("source");
        assertThat(json.at("/2/offset").isNumber()).isTrue();
        assertThat(partitions.stored()).hasSize(4);
    }

    @Test
    void shouldNotPassOverWhatIsWrongWithAnEvent() throws Exception {
        assertError(binary("ce-id", "1"), 422, 42206);
        assertError(binary("ce-specversion", "1.0", "ce-id", "1", "ce-type", "t"), 422, 42206);
        String[] of = {"ce-specversion", "0.3", "ce-id", "1", "ce-source", "s", "ce-type", "t"};
        assertThat(binary(of).body()).contains("ce-specversion is '0.3'");
        of[1] = "1.0";
        of[7] = "%zz";
        assertThat(binary(of).body()).contains("ce-type is not percent-encoded");
        assertThat(
                        binary(
                                        "ce-specversion",
                                        "1.0",
                                        "ce-id",
                                        "1",
                                        "ce-source",
                                        "s",
                                        "ce-type",
                                        "t",
                                        "ce-time",
                                        "yesterday")
                                .body())
                .contains("ce-time is 'yesterday'");
        assertError(post(EVENTS, STRUCTURED, "{\"specversion\":\"1.0\"}"), 422, 42206);
        assertError(post(EVENTS, STRUCTURED, "{\"specversion\":"), 400, 400);
        assertError(
                post(EVENTS, STRUCTURED, event("1", ",\"data\":1,\"data_base64\":\"\"")),
                422,
                42206);
        assertError(post(EVENTS, STRUCTURED, event("1", ",\"Own\":\"x\"")), 422, 42206);
        assertError(post(EVENTS, BATCH, "[]"), 422, 42208);
        assertError(post(EVENTS, BATCH, event("1", "")), 422, 42206);
        assertError(post(EVENTS, "application/cloudevents+avro", "x"), 415, 415);
        assertError(post(EVENTS, STRUCTURED + ";charset=utf-16", "x"), 415, 415);
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldTellAnEventFromAnotherByItsAttributesUnderOneIdempotencyKey() throws Exception {
        String[] headers = {
            "ce-specversion",
            "1.0",
            "ce-id",
            "1",
            "ce-source",
            "s",
            "ce-type",
            "t",
            "Idempotency-Key",
            "one"
        };
        assertThat(binary(headers).status()).isEqualTo(200);
        headers[3] = "2";
        assertError(binary(headers), 422, 42206);
    }

    private Reply once(String id, String... more) throws Exception {
        List<String> headers = new ArrayList<>(List.of(more));
        Collections.addAll(
                headers, "ce-specversion", "1.0", "ce-id", id, "ce-source", "s", "ce-type", "t");
        return post(ONCE, "text/plain", "hello", headers.toArray(String[]::new));
    }

    @Test
    void shouldStoreABinaryEventOnceByItsIdAndSource() throws Exception {
        // When
        Reply first = once("1");
        Reply again = once("1");
        Reply other = once("2");

        // Then
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(other.header("Idempotency-Replayed")).isEmpty();
        assertThat(partitions.stored()).hasSize(2);
        assertError(once("1", "ce-subject", "another"), 422, 42206);
    }

    @Test
    void shouldStoreAStructuredEventOnceByItsIdAndSource() throws Exception {
        // Given
        String event = event("1", ",\"data\":1");
        String elsewhere = event.replace("/shop", "/bank");

        // When
        Reply first = post(ONCE, STRUCTURED, event);
        Reply again = post(ONCE, STRUCTURED, event);

        // Then
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(post(ONCE, STRUCTURED, elsewhere).status()).isEqualTo(200);
        assertThat(partitions.stored()).extracting(Stored::value).containsExactly(event, elsewhere);
        assertError(post(ONCE, STRUCTURED, event("1", ",\"data\":2")), 422, 42206);
    }

    @Test
    void shouldRefuseOnceWhereThereIsNotOneEvent() throws Exception {
        assertError(post(ONCE, "text/plain", "hello"), 400, 40002);
        assertError(post(ONCE, "application/x-ndjson", "{}"), 400, 40002);
        assertError(post(ONCE, BATCH, "[" + event("1", "") + "]"), 400, 40002);
        assertError(once("1", "Idempotency-Key", "k"), 400, 40002);
        assertError(post(EVENTS + "?idempotency=yes", STRUCTURED, event("1", "")), 400, 40002);
        assertThat(partitions.stored()).isEmpty();
    }
}
