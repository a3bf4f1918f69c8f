package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.shared.redis.RedisLink;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two gateways that share their limits by Redis. */
class SharedRateLimitIT extends TwoGateways {

    private static final int RATE = 20;
    private static final int AT_ONCE = 16;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    Map<String, String> moreSettings() {
        return Map.of(
                "tidemark.gateway.limits.address-requests",
                Integer.toString(RATE),
                "tidemark.gateway.limits.burst",
                "1s");
    }

    /**
     * Asks both as fast as they answer, many requests at once: one by one, a slow machine may not
     * reach the limit. How many requests a second were let in.
     */
    private double admittedPerSecond(double seconds) {
        int[] ports = {portOf(context), portOf(second)};
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        while (System.nanoTime() - start < seconds * 1e9) {
            CompletableFuture.allOf(
                            IntStream.range(0, AT_ONCE)
                                    .mapToObj(i -> status(ports[i % 2]))
                                    .map(status -> status.thenAccept(statuses::add))
                                    .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        assertThat(statuses).as("the limit was reached").contains(429);
        return Collections.frequency(statuses, 200) / elapsed;
    }

    private CompletableFuture<Integer> status(int port) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/topics"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    @AfterEach
    void closeClient() {
        http.close();
    }

    @Test
    void shouldHoldALimitOverBothGatewaysAndEachAloneWithoutRedis() throws Exception {
        RedisLink link = context.getBean(RedisLink.class);
        RedisLink other = second.getBean(RedisLink.class);
        await(() -> link.available() && other.available());

        admittedPerSecond(2);
        double together = admittedPerSecond(4);
        redis.kill();
        await(() -> !link.available() && !other.available());
        admittedPerSecond(1);
        double apart = admittedPerSecond(4);

        assertThat(together).isBetween(RATE * 0.6, RATE * 1.3);
        assertThat(apart).isBetween(RATE * 1.4, RATE * 2.3);
        assertThat(
                        context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                                .get("tidemark.gateway.limits.fallbacks")
                                .functionCounter()
                                .count())
                .isPositive();

        redis.start();
        await(() -> link.available() && other.available());
        admittedPerSecond(2);
        redis.flush();
        assertThat(admittedPerSecond(4)).isBetween(RATE * 0.6, RATE * 1.6);
    }
}
