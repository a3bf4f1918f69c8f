package io.tidemark.gateway.shared.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Outcome;
import io.tidemark.gateway.shared.redis.RedisLink;
import io.tidemark.gateway.shared.redis.RedisMetrics;
import io.tidemark.gateway.shared.redis.RedisProperties;
import io.tidemark.gateway.shared.redis.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisInstanceDirectoryIT extends InstanceDirectoryContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static RedisServer redis;
    private static GatewayLoops loops;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private RedisLink link;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = RedisServer.started();
        loops = new GatewayLoops(1);
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            redis.close();
            loops.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        redis.flush();
        link = link();
    }

    @AfterEach
    void disconnect() {
        link.close();
    }

    private RedisLink link() {
        RedisLink made =
                new RedisLink(
                        new RedisProperties(
                                redis.url(), Duration.ofSeconds(1), Duration.ofSeconds(1), "test"),
                        loops.group(),
                        new RedisMetrics(meters));
        awaitAvailable(made);
        return made;
    }

    private static void awaitAvailable(RedisLink link) {
        await("Redis is reached").atMost(PATIENCE).until(link::available);
    }

    @Override
    InstanceDirectory directory() {
        return new RedisInstanceDirectory(link, BOUNDS);
    }

    @Override
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    @Test
    void shouldShareInstancesBetweenGateways() throws Exception {
        ConsumerInstance created = created(directory(), KEY);

        RedisLink other = link();
        try {
            InstanceDirectory second = new RedisInstanceDirectory(other, BOUNDS);
            assertThat(get(second.find(KEY))).isEqualTo(created);
        } finally {
            other.close();
        }
    }

    @Test
    void shouldFenceAFormerOwnerOverAnEmptiedRedis() throws Exception {
        // Given
        InstanceDirectory directory = directory();
        long former = created(directory, KEY).claim();

        // When
        redis.flush();
        assertThat(get(directory.touch(KEY, former))).isEqualTo(new Outcome.Absent());
        long next = created(directory, KEY).claim();

        // Then
        assertThat(next).isGreaterThan(former);
        assertThat(get(directory.touch(KEY, former)))
                .isEqualTo(new Outcome.Fenced("gateway-a", next));
    }

    @Test
    void shouldFailWithinItsTimeWhileRedisIsFrozenAndGoOnAfterwards() throws Exception {
        // Given
        InstanceDirectory directory = directory();
        created(directory, KEY);

        // When
        redis.freeze();
        try {
            for (int i = 0; i < 8; i++) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> directory.find(KEY).block())
                        .hasMessageContaining("Redis at");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofSeconds(5));
            }
            assertThat(link.state()).isEqualTo("OPEN");
            assertThat(link.available()).isFalse();
        } finally {
            redis.thaw();
        }

        // Then
        awaitFound(directory);
        assertThat(
                        meters.get("tidemark.gateway.redis.calls")
                                .tag("outcome", "failed")
                                .timer()
                                .count())
                .isBetween(4L, 8L);
    }

    @Test
    void shouldReconnectToARedisThatWasKilled() throws Exception {
        InstanceDirectory directory = directory();
        created(directory, KEY);

        redis.kill();
        assertThatThrownBy(() -> directory.find(KEY).block()).hasMessageContaining("Redis at");
        redis.start();

        awaitFound(directory);
        assertThat(directory.find(KEY).block()).as("nothing is kept").isNull();
    }

    private static void awaitFound(InstanceDirectory directory) {
        await("Redis is found again")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(RuntimeException.class)
                .untilAsserted(() -> directory.find(KEY).block());
    }
}
