package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.process.ExternalCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Requests that want a broker's memory, to every route that it says it has: each is refused or
 * served, and others notice nothing.
 */
class HttpBombsIT {

    private static final String HEAP = "-Xmx256m";
    private static final long HEAP_ROOM_BYTES = 48L << 20;
    private static final int MAX_LOG_CHARS = 256 << 10;
    private static final int AT_ONCE = 4;
    private static final int RECORDS = 200;
    private static final int RECORD_BYTES = 100_000;

    /** Longer than a body may take. */
    private static final int DRIBBLED_BYTES = 100;

    /** One method of one path, for one type of body; empty for none. */
    private record Target(String method, String path, String type) {
        boolean takesBody() {
            return !type.isEmpty();
        }

        /** Whether it is served as it comes, for as long as it comes. */
        boolean streams() {
            return type.equals("application/x-ndjson") || path.endsWith("/records");
        }
    }

    @Test
    @Timeout(300)
    void shouldLiveThroughEverythingThatIsTooMuch(@TempDir Path scratch) throws Exception {
        Installation installation = Installation.tidemark(scratch.resolve("data"));
        try (Broker broker =
                        Broker.start(
                                installation.launchedBy(
                                        installation
                                                .launch()
                                                .withJvmOptions(HEAP)
                                                .with("tidemark.gateway.request-timeout", "5s")));
                Http http = new Http(broker);
                Http management = new Http(broker::management);
                Bystanders bystanders =
                        new Bystanders(broker, management, Clients.newTopic(broker, 1))) {
            // Given
            List<Target> targets = targets(http, filledTopic(broker));
            assertThat(targets).filteredOn(Target::takesBody).hasSizeGreaterThan(20);
            long pid = broker.process().pid();
            long before = heapBytes(http, broker, pid);
            long begun = System.nanoTime();

            // When
            List<String> unclean = throwAll(broker, targets);

            // Then
            System.out.printf(
                    "%d routes and types in %d s%n",
                    targets.size(), Duration.ofNanos(System.nanoTime() - begun).toSeconds());
            assertThat(unclean).isEmpty();
            assertThat(broker.process().isAlive()).isTrue();
            assertThat(broker.process().pid()).isEqualTo(pid);
            assertThat(broker.process().log())
                    .hasSizeLessThan(MAX_LOG_CHARS)
                    .doesNotContain("OutOfMemory", "StackOverflow");
            bystanders.assertUnharmed();
            await().atMost(Clients.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(heapBytes(http, broker, pid))
                                            .isLessThan(before + HEAP_ROOM_BYTES));
            http.get("/topics").ok();
        }
    }

    /** Of which every route that reads has something to read. */
    private static String filledTopic(Broker broker) {
        String topic = Clients.newTopic(broker, 1);
        try (Producer<byte[], byte[]> producer = Clients.bytesProducer(broker, Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[RECORD_BYTES]));
            }
        }
        return topic;
    }

    private static List<Target> targets(Http http, String topic) {
        String cluster = http.get("/v3/clusters").ok().at("/data/0/cluster_id").asString();
        List<Target> targets = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path :
                http.get("/openapi").ok().path("paths").properties()) {
            String filled =
                    path.getKey()
                            .replace("{topic}", topic)
                            .replace("{cluster}", cluster)
                            .replace("{partition}", "0")
                            .replaceAll("\\{[^}]*}", "bombs");
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                targets.add(new Target(method, filled, ""));
                operation
                        .getValue()
                        .at("/requestBody/content")
                        .propertyNames()
                        .forEach(
                                type ->
                                        targets.add(
                                                new Target(
                                                        method,
                                                        filled,
                                                        type.replace(
                                                                "*/*",
                                                                "application/octet-stream"))));
            }
        }
        return targets;
    }

    /** What came of it that should not have. */
    private static List<String> throwAll(Broker broker, List<Target> targets)
            throws InterruptedException, ExecutionException {
        Queue<String> unclean = new ConcurrentLinkedQueue<>();
        List<HttpBomb> heads = HttpBomb.heads();
        List<HttpBomb> bodies = HttpBomb.bodies();
        try (ExecutorService few = Executors.newFixedThreadPool(AT_ONCE);
                ExecutorService slow = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> thrown = new ArrayList<>();
            for (Target target : targets) {
                for (HttpBomb bomb : target.takesBody() ? bodies : heads) {
                    thrown.add(few.submit(() -> toss(broker, target, bomb, unclean)));
                }
                if (target.takesBody() && !target.streams()) {
                    HttpBomb dribbled = HttpBomb.dribbled(DRIBBLED_BYTES);
                    thrown.add(slow.submit(() -> toss(broker, target, dribbled, unclean)));
                }
            }
            for (Future<?> future : thrown) {
                future.get();
            }
        }
        return List.copyOf(unclean);
    }

    private static void toss(Broker broker, Target target, HttpBomb bomb, Queue<String> unclean) {
        String what = bomb.name() + " to " + target;
        long begun = System.nanoTime();
        try {
            HttpBomb.Outcome outcome =
                    bomb.send(broker.httpPort(), target.method(), target.path(), target.type());
            if (!outcome.clean()) {
                unclean.add(what + ": " + outcome.text());
            }
            long ms = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            if (ms > 3_000 && bomb.pauseMs() == 0) {
                System.out.printf("%s: %d after %d ms%n", what, outcome.status(), ms);
            }
        } catch (IOException | RuntimeException e) {
            unclean.add(what + ": " + e);
        }
    }

    /** What is in use when all garbage is gone. */
    private static long heapBytes(Http http, Broker broker, long pid) {
        ExternalCommand.run(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.run")
                .expectSuccess();
        String metrics =
                http.send(
                                java.net.http.HttpRequest.newBuilder(
                                        broker.management("/actuator/prometheus")))
                        .body();
        return metrics.lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
