package io.tidemark.gateway;

import static io.tidemark.gateway.IdempotencyIT.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/** Idempotency-Key over two gateways with one Redis, which fails in every way. */
class SharedIdempotencyIT extends TwoGateways {

    private static final String PATH = "/topics/orders/events";

    @Override
    Map<String, String> moreSettings() {
        return Map.of("tidemark.redis.timeout", "1s");
    }

    private Reply postTo(ReactiveWebServerApplicationContext gateway, String body, String key)
            throws Exception {
        int own = port;
        port = portOf(gateway);
        try {
            return post(PATH, "text/plain", body, KEY, key);
        } finally {
            port = own;
        }
    }

    /**
     * The answer once the gateway reaches Redis (again), and nobody else's request is under way.
     */
    private Reply answered(ReactiveWebServerApplicationContext gateway, String body, String key) {
        Reply[] reply = new Reply[1];
        await(
                () -> {
                    try {
                        reply[0] = postTo(gateway, body, key);
                        return reply[0].status() != 503 && reply[0].status() != 409;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        return reply[0];
    }

    @Test
    void shouldAnswerAlikeAtEveryGatewayAndAfterARestart() throws Exception {
        Reply first = answered(context, "v", "k");
        Reply other = answered(second, "v", "k");
        second.close();
        second = open();
        Reply restarted = answered(second, "v", "k");

        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(first.header("Idempotency-Scope")).isEqualTo("cluster");
        assertThat(other.body()).isEqualTo(first.body());
        assertThat(other.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(restarted.body()).isEqualTo(first.body());
        assertError(postTo(second, "w", "k"), 422, 42206);
        assertThat(partitions.stored()).hasSize(1);
    }

    @Test
    void shouldAnswer409AtTheOtherGatewayWhileTheFirstIsUnderWay() throws Exception {
        answered(context, "warm", "warm");
        answered(second, "warm", "warm");
        partitions.withhold();
        CompletableFuture<Reply> first =
                http.sendAsync(
                                request("POST", PATH, "text/plain", "v", KEY, "k"),
                                java.net.http.HttpResponse.BodyHandlers.ofString())
                        .thenApply(RunningGateway::reply);
        await(() -> partitions.withheld() == 1);

        assertError(postTo(second, "v", "k"), 409, 40904);

        partitions.release();
        assertThat(first.get().status()).isEqualTo(200);
        assertThat(answered(second, "v", "k").body()).isEqualTo(first.get().body());
    }

    @Test
    void shouldRefuseToPromiseWhileRedisIsDownAndProduceWithoutAKey() throws Exception {
        // Given
        Reply first = answered(context, "v", "k");
        redis.kill();

        // When
        Reply withKey = postTo(context, "w", "k2");
        Reply withoutKey = post(PATH, "text/plain", "plain");

        // Then
        assertError(withKey, 503, 50301);
        assertThat(withKey.json().get("message").asString()).contains("Nothing was stored");
        assertThat(withoutKey.status()).isEqualTo(200);
        assertThat(partitions.stored()).extracting(Stored::value).containsExactly("v", "plain");
        assertThat(send("GET", "/actuator/health", "", "").body()).contains("DEGRADED", "503");

        // When it is back, and empty
        redis.start();
        assertThat(answered(context, "w", "k2").status()).isEqualTo(200);
        assertThat(answered(second, "w", "k2").header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.status()).isEqualTo(200);
    }

    @Test
    void shouldFailInTimeWhileRedisIsFrozen() throws Exception {
        answered(context, "v", "k");
        redis.freeze();
        try {
            for (int i = 0; i < 6; i++) {
                assertError(postTo(context, "w", "k2"), 503, 50301);
            }
            assertThat(post(PATH, "text/plain", "plain").status()).isEqualTo(200);
        } finally {
            redis.thaw();
        }

        Reply back = answered(context, "w", "k2");
        assertThat(back.status()).as(back.body()).isEqualTo(200);
        assertThat(answered(context, "v", "k").header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(partitions.stored())
                .extracting(Stored::value)
                .containsExactlyInAnyOrder("v", "plain", "w");
    }

    @Test
    void shouldKeepAnAnswerThatCameWhileRedisWasAwayOrEmptied() throws Exception {
        // Given
        answered(context, "warm", "warm");
        partitions.withhold();
        CompletableFuture<Reply> first =
                http.sendAsync(
                                request("POST", PATH, "text/plain", "v", KEY, "k"),
                                java.net.http.HttpResponse.BodyHandlers.ofString())
                        .thenApply(RunningGateway::reply);
        await(() -> partitions.withheld() == 1);

        // When
        redis.flush();
        redis.freeze();
        partitions.release();
        Reply answer = first.get();
        redis.thaw();

        // Then
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        await(() -> late() == 0);
        assertThat(answered(second, "v", "k").body()).isEqualTo(answer.body());
        assertThat(partitions.stored())
                .extracting(Stored::value)
                .containsExactlyInAnyOrder("warm", "v");
    }

    private double late() {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("tidemark.gateway.idempotency.late")
                .gauge()
                .value();
    }

    @Test
    void shouldStartWithoutRedisAndFindItLater() throws Exception {
        redis.kill();
        second.close();
        second = open();

        assertError(postTo(second, "v", "k"), 503, 50301);
        redis.start();

        assertThat(answered(second, "v", "k").status()).isEqualTo(200);
    }
}
