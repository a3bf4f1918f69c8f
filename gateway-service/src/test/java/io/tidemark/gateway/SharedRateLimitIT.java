package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.shared.redis.RedisLink;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two gateways that share their limits by Redis. */
class SharedRateLimitIT extends TwoGateways {

    private static final int RATE = 20;

    @Override
    Map<String, String> moreSettings() {
        return Map.of(
                "tidemark.gateway.limits.address-requests",
                Integer.toString(RATE),
                "tidemark.gateway.limits.burst",
                "1s");
    }

    /** Asks both in turn as fast as they answer; how many requests a second were let in. */
    private double admittedPerSecond(double seconds) throws Exception {
        int[] ports = {portOf(context), portOf(second)};
        int admitted = 0;
        int refused = 0;
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < seconds * 1e9; i++) {
            port = ports[i % 2];
            Reply reply = send("GET", "/topics", "", "");
            admitted += reply.status() == 200 ? 1 : 0;
            refused += reply.status() == 429 ? 1 : 0;
        }
        assertThat(refused).as("the limit was reached").isPositive();
        return admitted / ((System.nanoTime() - start) / 1e9);
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
