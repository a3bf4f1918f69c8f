package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.rest.EventReader;
import io.tidemark.systemtest.rest.EventReader.Event;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.process.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Clients of two gateways that share a Redis, while one gateway is killed: consumer instances and
 * groups' streams go on at the other, and no record is missing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class GatewayDeathIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int RECORDS = 4_000;
    private static final int PARTITIONS = 4;

    /** When the first gateway is killed. */
    private static final int MIDWAY = RECORDS / 2;

    /** Of values: about a hundred records, so that many answers are given before the kill. */
    private static final int ANSWER_BYTES = 400;

    private final RedisProcess redis = new RedisProcess();
    private ClusterProcesses cluster;
    private ClusterClients clients;
    private Http first;
    private Http second;

    @BeforeAll
    void startCluster(@TempDir Path folder) {
        assumeTrue(RedisProcess.isInstalled(), "redis-server is not installed");
        redis.start();
        cluster =
                ClusterProcesses.start(
                        ClusterProcesses.Plan.ofThree(Installation.distribution(), folder)
                                .loggingTo(Installation.newLogFolder())
                                .of(Size.ofNodes(1, 2))
                                .with("tidemark.redis.url", redis.url())
                                .with("tidemark.redis.timeout", "2s")
                                .with("tidemark.stream.heartbeat", "500ms")
                                .with(
                                        "tidemark.coordinator.groups.consumer-heartbeat-interval",
                                        "500ms")
                                .with(
                                        "tidemark.coordinator.groups.consumer-session-timeout",
                                        "6s"));
        clients = new ClusterClients(cluster);
        first = new Http(path -> cluster.http(1, path));
        second = new Http(path -> cluster.http(2, path));
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            first.close();
            second.close();
            clients.close();
            cluster.close();
            redis.close();
        }
    }

    @BeforeEach
    void bothServe() {
        if (!cluster.gateway(1).isAlive()) {
            cluster.gateway(1).start().awaitReady();
        }
    }

    @Test
    void shouldGoOnWithAConsumerInstanceAtTheOtherGateway() {
        // Given
        String topic = filledTopic("instances", 0, RECORDS);
        String path = "/consumers/readers/instances/one";
        first.post(
                        "/consumers/readers",
                        Http.V2,
                        "{\"name\":\"one\",\"format\":\"json\",\"auto.offset.reset\":\"earliest\"}")
                .ok();
        first.post(path + "/subscription", Http.V2, "{\"topics\":[\"" + topic + "\"]}").expect(204);

        // When both are asked, and the one that serves it is killed while it answers
        List<Integer> read = new ArrayList<>();
        for (int reads = 0; read.size() < MIDWAY; reads++) {
            read.addAll(values((reads / 5 % 2 == 0 ? first : second).get(records(path)).ok()));
        }
        read.addAll(values(first.get(records(path)).ok()));
        CompletableFuture<Http.Answer> cutOff =
                CompletableFuture.supplyAsync(() -> first.get(records(path)));
        cluster.gateway(1).kill9();
        cutOff.thenAccept(answer -> read.addAll(values(answer.ok())))
                .exceptionally(e -> null)
                .join();

        // Then the other goes on
        int before = read.size();
        while (distinct(read) < RECORDS) {
            List<Integer> more = values(second.get(records(path)).ok());
            assertThat(more)
                    .as(
                            "records after %d of %d, %d of them at least twice",
                            distinct(read), RECORDS, read.size() - distinct(read))
                    .isNotEmpty();
            read.addAll(more);
        }
        assertThat(before).isBetween(MIDWAY, RECORDS - 1);
        assertThat(second.get(path + "/assignments").ok().at("/partitions")).hasSize(PARTITIONS);
        assertThat(second.get(path + "/records?timeout=500").ok()).isEmpty();
        assertThat(read).as("given again: one answer at most").hasSizeLessThan(RECORDS + 500);
        second.delete(path).expect(204);
    }

    private static String records(String instance) {
        return instance + "/records?timeout=15000&max_bytes=" + ANSWER_BYTES;
    }

    private static List<Integer> values(JsonNode records) {
        return records.valueStream().map(each -> each.at("/value").asInt()).toList();
    }

    private static int distinct(List<Integer> values) {
        return new HashSet<>(values).size();
    }

    @Test
    void shouldLeaveNoGapInAGroupsStreamThatReconnectsElsewhere() {
        // Given a stream that is read, and records that keep coming
        String topic = filledTopic("streamed", 0, MIDWAY);
        Set<Integer> seen = new HashSet<>();
        try (EventReader stream = open(1, topic)) {
            readUntil(stream, seen, MIDWAY - 100);

            // When its gateway is killed
            produce(topic, MIDWAY, MIDWAY + 500);
            readUntil(stream, seen, MIDWAY + 100);
            cluster.gateway(1).kill9();
            produce(topic, MIDWAY + 500, RECORDS);
        }

        // Then what the group has not seen comes from the other
        try (EventReader stream = open(2, topic)) {
            readUntil(stream, seen, RECORDS);
        }
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, RECORDS).boxed().collect(Collectors.toSet()));
        await("the member leaves")
                .atMost(PATIENCE)
                .until(() -> second.get(members("streamers")).ok().at("/data").isEmpty());
    }

    private static String members(String group) {
        return "/v3/clusters/tidemark-test/consumer-groups/" + group + "/consumers";
    }

    private EventReader open(int gateway, String topic) {
        EventReader stream =
                new EventReader(
                        cluster.http(
                                gateway, "/groups/streamers/events?from=earliest&topics=" + topic),
                        null);
        assertThat(stream.status()).isEqualTo(200);
        return stream;
    }

    /** An event that never comes fails the test. */
    private static void readUntil(EventReader stream, Set<Integer> seen, int size) {
        while (seen.size() < size) {
            Event event = stream.next();
            if (event.type().equals("message")) {
                seen.add(event.json().at("/value").asInt());
            }
        }
    }

    private String filledTopic(String topic, int from, int to) {
        clients.createTopic(topic, PARTITIONS);
        cluster.await(
                "both gateways know the topic",
                PATIENCE,
                () ->
                        first.get("/topics/" + topic).status() == 200
                                && second.get("/topics/" + topic).status() == 200);
        produce(topic, from, to);
        return topic;
    }

    private void produce(String topic, int from, int to) {
        try (Producer<String, String> producer = clients.producer()) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, "" + i));
            }
        }
    }
}
