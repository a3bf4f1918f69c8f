package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.producer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.EventReader.Event;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Groups over SSE: sharing, taking over, resuming, acknowledging, clients that do not read. */
@SharedBroker
class GroupEventsIT {

    private final Broker broker;
    private final String group = "g-" + UUID.randomUUID().toString().substring(0, 8);

    GroupEventsIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldSharePartitionsAndTakeOverWithoutAGap() {
        String topic = newTopic(broker, 6);
        Set<String> seen = new HashSet<>();
        try (EventReader one = open(topic, "");
                EventReader two = open(topic, "");
                EventReader three = open(topic, "")) {
            for (EventReader each : List.of(one, two, three)) {
                awaitAssigned(each, 2);
            }
            produce(topic, 0, 300);
            for (EventReader each : List.of(one, two, three)) {
                seen.addAll(values(each, 100));
            }
            assertThat(seen).hasSize(300);

            // When one is cut while records come
            produce(topic, 300, 600);
            seen.addAll(values(three, 20));
            three.close();

            // Then the others have it all, some perhaps twice
            List<EventReader> left = List.of(one, two);
            await().atMost(Clients.PATIENCE)
                    .until(
                            () -> {
                                left.forEach(each -> seen.addAll(drain(each)));
                                return seen.containsAll(expected(0, 600));
                            });
        }
    }

    @Test
    void shouldShareWithKafkaConsumers() {
        String topic = newTopic(broker, 4);
        try (EventReader stream = open(topic, "");
                Consumer<String, String> consumer =
                        Clients.consumer(
                                broker,
                                Map.of(
                                        "group.id", group,
                                        "group.protocol", "consumer",
                                        "auto.offset.reset", "earliest"))) {
            awaitAssigned(stream, 4);
            consumer.subscribe(List.of(topic));
            await().atMost(Clients.PATIENCE)
                    .until(
                            () -> {
                                consumer.poll(Duration.ofMillis(100));
                                return consumer.assignment().size() == 2;
                            });
            awaitAssigned(stream, 2);
            produce(topic, 0, 40);
            Set<String> seen = new HashSet<>();
            Clients.poll(consumer, 20).forEach(record -> seen.add(record.value()));
            seen.addAll(values(stream, 20));
            assertThat(seen).containsExactlyInAnyOrderElementsOf(expected(0, 40));
        }
    }

    @Test
    void shouldResumeFromWhatTheGroupCommitted() {
        String topic = newTopic(broker, 2);
        produce(topic, 0, 50);
        try (EventReader stream = open(topic, "&limit=50")) {
            assertThat(values(stream, 50)).hasSize(50);
            awaitEnd(stream); // who goes before it may get some once more
        }
        awaitNobody();
        produce(topic, 50, 60);
        try (EventReader stream = open(topic, "")) {
            assertThat(values(stream, 10)).containsExactlyInAnyOrderElementsOf(expected(50, 60));
        }
    }

    @Test
    void shouldFollowAPattern() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 3);
        try (EventReader stream =
                new EventReader(
                        broker,
                        "/groups/" + group + "/events?from=earliest&pattern=" + topic + ".*",
                        null)) {
            assertThat(values(stream, 3)).containsExactlyElementsOf(expected(0, 3));
        }
        try (Http http = new Http(broker)) {
            assertThat(http.get("/groups/" + group + "/events?pattern=(").error(400, 40002))
                    .isNotBlank();
        }
    }

    @Test
    void shouldWaitForAcknowledgements() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 30);
        try (Http http = new Http(broker);
                EventReader stream = open(topic, "&commit=manual&max_uncommitted=10")) {
            String member = awaitAssigned(stream, 1).at("/member_id").asString();
            List<Event> first = records(stream, 10);
            http.post(
                            "/groups/" + group + "/offsets",
                            Http.JSON,
                            "{\"member_id\":\"%s\",\"cursor\":\"%s\"}"
                                    .formatted(member, first.get(4).id()))
                    .ok();
            assertThat(records(stream, 5).getLast().json().at("/offset").asLong()).isEqualTo(14);
            assertThat(
                            http.post(
                                            "/groups/" + group + "/offsets",
                                            Http.JSON,
                                            "{\"member_id\":\"%s\",\"offsets\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":16}]}"
                                                    .formatted(member, topic))
                                    .error(400, 40002))
                    .contains("16");
        }
        awaitNobody();
        try (EventReader stream = open(topic, "")) {
            assertThat(records(stream, 1).getFirst().json().at("/offset").asLong()).isEqualTo(5);
        }
    }

    @Test
    void shouldNotCommitForAClientThatDoesNotRead() throws Exception {
        String topic = newTopic(broker, 1);
        try (Producer<String, String> producer =
                producer(broker, Map.of("linger.ms", 5, "batch.size", 200_000))) {
            String value = "x".repeat(10_000);
            for (int i = 0; i < 2_500; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, value));
            }
        }
        try (Http http = new Http(broker);
                Socket deaf = deafClient(topic)) {
            String lags = http.clusterPath() + "/consumer-groups/" + group + "/lags";
            await().atMost(Clients.PATIENCE)
                    .until(() -> http.get(lags).ok().at("/data/0/lag").asLong(-1) == 2_500);
            await().during(Duration.ofSeconds(8))
                    .atMost(Clients.PATIENCE)
                    .until(() -> http.get(lags).ok().at("/data/0/lag").asLong(-1) == 2_500);
        }
        awaitNobody();
        try (EventReader stream = open(topic, "")) {
            assertThat(records(stream, 1).getFirst().json().at("/offset").asLong()).isZero();
        }
    }

    /** Asks for a stream, and reads nothing of it. */
    private Socket deafClient(String topic) throws IOException {
        URI uri = broker.http(path(topic, ""));
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(64 << 10);
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
        socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
        socket.getOutputStream()
                .write(
                        "GET %s?%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .formatted(uri.getRawPath(), uri.getRawQuery())
                                .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private String path(String topic, String more) {
        return "/groups/" + group + "/events?from=earliest&topics=" + topic + more;
    }

    private EventReader open(String topic, String more) {
        EventReader reader = new EventReader(broker, path(topic, more), null);
        assertThat(reader.status()).isEqualTo(200);
        return reader;
    }

    private static JsonNode awaitAssigned(EventReader reader, int partitions) {
        Event event = reader.next();
        while (!event.type().equals("assigned")
                || event.json().at("/partitions").size() != partitions) {
            event = reader.next();
        }
        return event.json();
    }

    private static void awaitEnd(EventReader reader) {
        while (!reader.next().type().equals("end")) {
            // heartbeats may come before it
        }
    }

    private static List<Event> records(EventReader reader, int count) {
        List<Event> records = new ArrayList<>();
        while (records.size() < count) {
            Event event = reader.next();
            if (event.type().equals("message")) {
                records.add(event);
            }
        }
        return records;
    }

    private static List<String> values(EventReader reader, int count) {
        return records(reader, count).stream()
                .map(event -> event.json().at("/value").asString())
                .toList();
    }

    private static List<String> drain(EventReader reader) {
        int waiting =
                (int)
                        reader.pending().stream()
                                .filter(event -> event.type().equals("message"))
                                .count();
        return values(reader, waiting);
    }

    private void awaitNobody() {
        try (Http http = new Http(broker)) {
            String path = http.clusterPath() + "/consumer-groups/" + group + "/consumers";
            await().atMost(Clients.PATIENCE).until(() -> http.get(path).ok().at("/data").isEmpty());
        }
    }

    private static List<String> expected(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    /** Values v0, v1, … over all partitions in turn. */
    private void produce(String topic, int from, int to) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            int partitions = producer.partitionsFor(topic).size();
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, i % partitions, null, "v" + i));
            }
        }
    }
}
