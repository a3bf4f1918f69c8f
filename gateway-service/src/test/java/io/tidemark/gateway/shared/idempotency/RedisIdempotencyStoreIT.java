package io.tidemark.gateway.shared.idempotency;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.shared.redis.RedisLink;
import io.tidemark.gateway.shared.redis.RedisMetrics;
import io.tidemark.gateway.shared.redis.RedisProperties;
import io.tidemark.gateway.shared.redis.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class RedisIdempotencyStoreIT extends IdempotencyStoreContract {

    private static RedisServer redis;
    private static GatewayLoops loops;
    private static RedisLink link;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = RedisServer.started();
        loops = new GatewayLoops(1);
        link =
                new RedisLink(
                        new RedisProperties(
                                redis.url(), Duration.ofSeconds(2), Duration.ofSeconds(1), "test"),
                        loops.group(),
                        new RedisMetrics(new SimpleMeterRegistry()));
        await("Redis is reached").atMost(Duration.ofSeconds(20)).until(link::available);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            link.close();
            redis.close();
            loops.close();
        }
    }

    @BeforeEach
    void empty() throws Exception {
        redis.flush();
    }

    @Override
    IdempotencyStore store() {
        return new RedisIdempotencyStore(link, PROPERTIES);
    }

    @Override
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
