package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import io.tidemark.protocol.ErrorCode;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Idempotency-Key on every produce route, by one gateway without Redis. */
class IdempotencyIT extends RunningGateway {

    static final String KEY = "Idempotency-Key";
    private static final String V3 = "/v3/clusters/test-cluster/topics/orders/records";
    private static final String ONE_V3 = "{\"value\":{\"type\":\"STRING\",\"data\":\"x\"}}";

    private void assertOnce(String path, String contentType, String body, int status)
            throws Exception {
        int before = partitions.stored().size();
        Reply first = post(path, contentType, body, KEY, "key-of " + path);
        Reply second = post(path, contentType, body, KEY, "\"key-of " + path + "\"");

        assertThat(first.status()).as(first.body()).isEqualTo(status);
        assertThat(second.status()).isEqualTo(status);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.contentType()).isEqualTo(first.contentType());
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.header("Idempotency-Scope")).isEqualTo("gateway");
        assertThat(partitions.stored()).as("stored once").hasSize(before + 1);
    }

    /** As many records as a key may have, at what each takes. */
    @Override
    Map<String, String> settings() {
        return Map.of("tidemark.gateway.in-flight-bytes", "1MB");
    }

    @Test
    void shouldAnswerARepeatedRequestOnEveryRouteAsTheFirst() throws Exception {
        String cluster = get("/v3/clusters").json().at("/data/0/cluster_id").asString();
        String records = V3.replace("test-cluster", cluster);
        assertOnce("/topics/orders/events", "text/plain", "raw", 200);
        assertOnce("/topics/orders", JSON, "{\"records\":[{\"value\":1}]}", 200);
        assertOnce("/topics/orders/partitions/1", JSON, "{\"records\":[{\"value\":1}]}", 200);
        assertOnce(records, "application/json", ONE_V3, 200);
        assertOnce(
                records + ":batch",
                "application/json",
                "{\"entries\":[{\"id\":\"1\",\"value\":{\"type\":\"STRING\",\"data\":\"x\"}}]}",
                207);
    }

    @Test
    void shouldTellKeysOfDifferentTopicsAndRequestsApart() throws Exception {
        Reply raw = post("/topics/orders/events", "text/plain", "a", KEY, "k");
        Reply other = post("/topics/orders/events", "text/plain", "b", KEY, "k");
        Reply query = post("/topics/orders/events?key=1", "text/plain", "a", KEY, "k");
        Reply header = post("/topics/orders/events", "text/plain", "a", KEY, "k", "X-Key", "1");
        Reply route = post("/topics/orders", JSON, "{\"records\":[{\"value\":1}]}", KEY, "k");

        assertThat(raw.status()).isEqualTo(200);
        assertError(other, 422, 42206);
        assertThat(other.json().get("message").asString()).contains("another request");
        assertError(query, 422, 42206);
        assertError(header, 422, 42206);
        assertThat(route.status()).isEqualTo(200);
        assertThat(partitions.stored()).hasSize(2);
    }

    @Test
    void shouldAnswer409WhileTheFirstIsUnderWay() throws Exception {
        // Given
        partitions.withhold();
        CompletableFuture<Reply> first =
                http.sendAsync(
                                request("POST", "/topics/orders/events", "", "v", KEY, "k"),
                                java.net.http.HttpResponse.BodyHandlers.ofString())
                        .thenApply(RunningGateway::reply);
        await(() -> partitions.withheld() == 1);

        // When
        Reply repeated = post("/topics/orders/events", "", "v", KEY, "k");

        // Then
        assertError(repeated, 409, 40904);
        assertThat(repeated.retryAfter()).isEqualTo("1");
        partitions.release();
        Reply answered = first.get();
        assertThat(answered.status()).isEqualTo(200);
        assertThat(post("/topics/orders/events", "", "v", KEY, "k").body())
                .isEqualTo(answered.body());
    }

    @Test
    void shouldFinishARequestWhoseClientHasGone() throws Exception {
        // Given
        partitions.withhold();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(
                    socket,
                    "POST /topics/orders/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                            + "Idempotency-Key: k\r\n\r\nv");
            await(() -> partitions.withheld() == 1);
        }

        // When
        partitions.release();
        Reply[] repeated = new Reply[1];
        await(
                () -> {
                    try {
                        repeated[0] = post("/topics/orders/events", "", "v", KEY, "k");
                        return repeated[0].status() != 409;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });

        // Then
        assertThat(repeated[0].status()).as(repeated[0].body()).isEqualTo(200);
        assertThat(partitions.stored()).extracting(Stored::value).containsExactly("v");
    }

    @Test
    void shouldLetARequestBeRepeatedThatCertainlyStoredNothing() throws Exception {
        // Given: the topic takes it no sooner than the second time
        partitions.refuseNext(ErrorCode.INVALID_RECORD);
        Reply refused = post("/topics/orders/events", "", "v", KEY, "k");
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);

        // When
        Reply repeated = post("/topics/orders/events", "", "v", KEY, "k");

        // Then
        assertThat(repeated.status()).as(repeated.body()).isEqualTo(200);
        assertThat(repeated.header("Idempotency-Replayed")).isEmpty();
        assertThat(partitions.stored()).hasSize(1);
    }

    @Test
    void shouldRefuseWhatCannotHaveAKey() throws Exception {
        assertError(
                post("/topics/orders/events", "application/x-ndjson", "{}\n", KEY, "k"),
                400,
                40002);
        assertError(post("/topics/orders/events", "", "v", KEY, "x".repeat(256)), 400, 40002);
        assertError(post("/topics/orders/events", "", "v", KEY, "a", KEY, "b"), 400, 40002);
        String records = "{\"value\":1}" + ",{\"value\":1}".repeat(1024);
        Reply many = post("/topics/orders", JSON, "{\"records\":[" + records + "]}", KEY, "k");
        assertError(many, 413, 41301);
        assertThat(many.json().get("message").asString()).contains("1024").contains("1025");
        assertThat(partitions.stored()).isEmpty();
    }
}
