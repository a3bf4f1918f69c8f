package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.process.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two gateways that share a Redis: keys and limits hold over both, and over the death of either.
 */
class SharedGatewaysIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "shared";
    private static final int RATE = 60;
    private static final int AT_ONCE = 16;

    @TempDir private Path folder;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void shouldShareKeysAndLimits() throws Exception {
        assumeTrue(RedisProcess.isInstalled(), "redis-server is not installed");
        Path jar = Path.of(System.getProperty("tidemark.jar"));
        try (RedisProcess redis = new RedisProcess().start();
                ClusterProcesses cluster =
                        ClusterProcesses.start(
                                ClusterProcesses.Plan.ofThree(
                                                Distribution.in(
                                                        Objects.requireNonNull(jar.getParent())),
                                                folder)
                                        .of(Size.ofNodes(1, 2))
                                        .with("tidemark.redis.url", redis.url())
                                        .with("tidemark.redis.timeout", "2s")
                                        .with(
                                                "tidemark.gateway.limits.address-requests",
                                                Integer.toString(RATE))
                                        .with("tidemark.gateway.limits.burst", "1s"))) {
            createTopic(cluster);
            keysOutliveGateways(cluster);
            aRequestOfADeadGatewayIsNotRepeated(cluster);
            limitsHoldOverBoth(cluster);
            withoutRedisNothingIsPromisedAndEverythingElseGoesOn(cluster, redis);
        } finally {
            http.close();
        }
    }

    private static void createTopic(ClusterProcesses cluster) throws Exception {
        try (ClusterClients clients = new ClusterClients(cluster);
                Admin admin = clients.admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private void keysOutliveGateways(ClusterProcesses cluster) {
        cluster.await(
                "both know the topic and Redis",
                PATIENCE,
                () ->
                        post(cluster, 1, "warm-1", "w", "").statusCode() == 200
                                && post(cluster, 2, "warm-2", "w", "").statusCode() == 200);
        HttpResponse<String> first = post(cluster, 1, "a", "once", "");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        cluster.gateway(1).kill9();

        HttpResponse<String> other = post(cluster, 2, "a", "once", "");
        cluster.gateway(1).start().awaitReady();
        HttpResponse<String> restarted = settled(cluster, 1, "a", "once");

        assertThat(other.body()).isEqualTo(first.body());
        assertThat(restarted.body()).isEqualTo(first.body());
        assertThat(post(cluster, 2, "a", "another", "").statusCode()).isEqualTo(422);
        assertThat(stored(cluster, "once")).isEqualTo(1);
    }

    private void aRequestOfADeadGatewayIsNotRepeated(ClusterProcesses cluster) {
        // Given
        cluster.node(1).pause();
        CompletableFuture<HttpResponse<String>> cutOff =
                http.sendAsync(
                        request(cluster, 1, "b", "left behind", "?timeout=1000"),
                        HttpResponse.BodyHandlers.ofString());
        cluster.await("it is claimed", PATIENCE, () -> isProducing(cluster));

        // When
        cluster.gateway(1).kill9();
        cluster.node(1).resume();
        assertThat(cutOff.handle((answer, failure) -> failure).join()).isNotNull();

        // Then
        HttpResponse<String> repeated = settled(cluster, 2, "b", "left behind", "?timeout=1000");
        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(503);
        assertThat(repeated.body()).contains("is unknown");
        assertThat(stored(cluster, "left behind")).isLessThanOrEqualTo(1);
        cluster.gateway(1).start().awaitReady();
    }

    /** A key is claimed before its records are sent. */
    private boolean isProducing(ClusterProcesses cluster) {
        String metrics =
                send(HttpRequest.newBuilder(
                                        URI.create(
                                                cluster.gateway(1).member().managementUrl()
                                                        + "/actuator/prometheus"))
                                .GET()
                                .build())
                        .body();
        return metrics.lines().anyMatch("tidemark_gateway_produce_pending 1.0"::equals);
    }

    private void limitsHoldOverBoth(ClusterProcesses cluster) {
        admittedPerSecond(cluster, 2);
        assertThat(admittedPerSecond(cluster, 4)).isBetween(RATE * 0.6, RATE * 1.3);
    }

    /** Of many requests at once, since a slow machine answers fewer than the limit one by one. */
    private double admittedPerSecond(ClusterProcesses cluster, int seconds) {
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            CompletableFuture.allOf(
                            IntStream.range(0, AT_ONCE)
                                    .mapToObj(i -> topics(cluster, 1 + i % 2))
                                    .map(status -> status.thenAccept(statuses::add))
                                    .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        assertThat(statuses).as("the limit was reached").contains(429);
        return Collections.frequency(statuses, 200) / elapsed;
    }

    private CompletableFuture<Integer> topics(ClusterProcesses cluster, int gateway) {
        return http.sendAsync(
                        HttpRequest.newBuilder(cluster.http(gateway, "/topics")).GET().build(),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    private void withoutRedisNothingIsPromisedAndEverythingElseGoesOn(
            ClusterProcesses cluster, RedisProcess redis) {
        redis.kill9();
        HttpResponse<String> promised = settled(cluster, 1, "c", "with a key");
        assertThat(promised.statusCode()).as(promised.body()).isEqualTo(503);
        assertThat(promised.body()).contains("Nothing was stored");
        assertThat(post(cluster, 1, "", "without a key", "").statusCode()).isEqualTo(200);
        assertThat(stored(cluster, "with a key")).isZero();

        redis.start();
        promisedAgain(cluster, 1);
        assertThat(promisedAgain(cluster, 2).headers().map()).containsKey("idempotency-replayed");
        assertThat(stored(cluster, "with a key")).isEqualTo(1);
    }

    /**
     * Each gateway finds by itself that Redis is back, at the next trial of its circuit breaker.
     */
    private HttpResponse<String> promisedAgain(ClusterProcesses cluster, int gateway) {
        List<HttpResponse<String>> last = new ArrayList<>();
        cluster.await(
                "gateway " + gateway + " finds Redis again",
                PATIENCE,
                () -> {
                    last.clear();
                    last.add(post(cluster, gateway, "c", "with a key", ""));
                    return last.getFirst().statusCode() == 200;
                });
        return last.getFirst();
    }

    /** How often a record is in the log. */
    private long stored(ClusterProcesses cluster, String value) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                cluster.http(
                                        2,
                                        "/topics/"
                                                + TOPIC
                                                + "/partitions/0/records?offset=0&timeout=500"))
                        .header("Accept", "application/vnd.kafka.text.v2+json")
                        .GET()
                        .build();
        List<HttpResponse<String>> last = new ArrayList<>();
        cluster.await(
                "the log can be read",
                PATIENCE,
                () -> {
                    last.clear();
                    last.add(send(request));
                    return last.getFirst().statusCode() == 200;
                });
        return JsonMapper.shared()
                .readTree(last.getFirst().body())
                .valueStream()
                .filter(record -> record.path("value").asString().equals(value))
                .count();
    }

    private HttpResponse<String> settled(
            ClusterProcesses cluster, int gateway, String key, String body) {
        return settled(cluster, gateway, key, body, "");
    }

    /** The answer once it is neither "too fast" nor "under way". */
    private HttpResponse<String> settled(
            ClusterProcesses cluster, int gateway, String key, String body, String query) {
        List<HttpResponse<String>> last = new ArrayList<>();
        cluster.await(
                "an answer for key " + key,
                PATIENCE,
                () -> {
                    last.clear();
                    last.add(post(cluster, gateway, key, body, query));
                    int status = last.getFirst().statusCode();
                    return status != 429 && status != 409;
                });
        return last.getFirst();
    }

    private HttpResponse<String> post(
            ClusterProcesses cluster, int gateway, String key, String body, String query) {
        return send(request(cluster, gateway, key, body, query));
    }

    private static HttpRequest request(
            ClusterProcesses cluster, int gateway, String key, String body, String query) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(
                                cluster.http(gateway, "/topics/" + TOPIC + "/events" + query))
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            builder.header("Idempotency-Key", key);
        }
        return builder.build();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
