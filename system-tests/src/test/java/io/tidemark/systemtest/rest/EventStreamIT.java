package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.producer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.EventReader.Event;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Following a topic over SSE: order, resuming, filters, heartbeats, resets. */
@SharedBroker
class EventStreamIT {

    private final Broker broker;

    EventStreamIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldStreamRecordsAsTheyCome() {
        String topic = newTopic(broker, 1);
        try (EventReader events = open("/topics/" + topic + "/events?from=earliest")) {
            assertThat(events.status()).isEqualTo(200);
            assertThat(events.contentType()).startsWith("text/event-stream");

            produce(topic, 0, 0, 3);

            List<Event> records = events.records(3);
            JsonNode first = records.getFirst().json();
            assertThat(first.at("/topic").asString()).isEqualTo(topic);
            assertThat(first.at("/partition").asInt()).isZero();
            assertThat(first.at("/offset").asLong()).isZero();
            assertThat(first.at("/timestamp").asLong()).isEqualTo(1_000);
            assertThat(first.at("/key").asString()).isEqualTo("k0");
            assertThat(first.at("/value/n").asInt()).isZero();
            assertThat(records.getFirst().id()).startsWith("v1.");
        }
    }

    @Test
    void shouldShowJsonTextBytesAndNull() {
        String topic = newTopic(broker, 1);
        byte[] bytes = {(byte) 0xff, 0, 1};
        try (Producer<byte[], byte[]> producer = Clients.bytesProducer(broker, Map.of())) {
            for (byte[] value :
                    new byte[][] {"[1,\"a\"]".getBytes(), "plain".getBytes(), bytes, null}) {
                get(producer.send(new ProducerRecord<>(topic, 0, null, value)));
            }
        }
        try (EventReader events = open("/topics/" + topic + "/events?from=earliest")) {
            List<Event> records = events.records(4);
            assertThat(records.get(0).json().at("/value/1").asString()).isEqualTo("a");
            assertThat(records.get(1).json().at("/value").asString()).isEqualTo("plain");
            assertThat(records.get(2).json().has("value")).isFalse();
            assertThat(records.get(2).json().at("/value_base64").asString())
                    .isEqualTo(Base64.getEncoder().encodeToString(bytes));
            assertThat(records.get(3).json().get("value").isNull()).isTrue();
        }
    }

    @Test
    void shouldResumeWithoutGapOrRepeatOverAllPartitions() {
        // Given
        String topic = newTopic(broker, 4);
        for (int p = 0; p < 4; p++) {
            produce(topic, p, 0, 250);
        }
        List<Event> seen = new ArrayList<>();
        String cursor = null;

        // When: read in pieces, breaking off each time
        while (seen.size() < 1_000) {
            String from = cursor == null ? "?from=earliest" : "";
            try (EventReader events =
                    new EventReader(broker, "/topics/" + topic + "/events" + from, cursor)) {
                List<Event> piece = events.records(Math.min(170, 1_000 - seen.size()));
                seen.addAll(piece);
                cursor = piece.getLast().id();
            }
        }

        // Then
        assertEachOnceInOrder(seen, 4, 250);
    }

    @Test
    void shouldResumeByQueryParameterAsWell() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 0, 10);
        String cursor;
        try (EventReader events = open("/topics/" + topic + "/events?from=earliest")) {
            cursor = events.records(4).getLast().id();
        }
        try (EventReader events = open("/topics/" + topic + "/events?cursor=" + cursor)) {
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(4);
        }
    }

    @Test
    void shouldStartWhereAskedTo() {
        String topic = newTopic(broker, 2);
        produce(topic, 0, 0, 20);
        produce(topic, 1, 0, 20);
        try (EventReader events = open("/topics/" + topic + "/events?from=0:18,1:19")) {
            assertThat(events.records(3))
                    .extracting(event -> event.json().at("/offset").asLong())
                    .containsExactlyInAnyOrder(18L, 19L, 19L);
        }
        try (EventReader events = open("/topics/" + topic + "/events?from=ts:1015&partitions=0")) {
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(15);
        }
        try (EventReader events = open("/topics/" + topic + "/events?from=latest")) {
            await().atMost(Clients.PATIENCE).until(() -> events.heartbeats() > 0);
            produce(topic, 1, 20, 1);
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(20);
        }
    }

    @Test
    void shouldFilterByKeyAndMoveTheCursorOverWhatIsFilteredOut() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 0, 100);
        String cursor;
        try (EventReader events = open("/topics/" + topic + "/events?from=earliest&key=k42")) {
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(42);
            String atRecord = events.lastEventId();
            await().atMost(Clients.PATIENCE).until(() -> !events.lastEventId().equals(atRecord));
            cursor = events.lastEventId();
            assertThat(events.pending()).isEmpty();
        }
        produce(topic, 0, 100, 1);
        try (EventReader events = new EventReader(broker, "/topics/" + topic + "/events", cursor)) {
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(100);
        }
    }

    @Test
    void shouldResetWhereTheCursorsRecordsAreGone() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 0, 50);
        String cursor;
        try (EventReader events = open("/topics/" + topic + "/events?from=earliest")) {
            cursor = events.records(5).getLast().id();
        }
        try (Admin admin = Clients.admin(broker)) {
            Clients.get(
                    admin.deleteRecords(
                                    Map.of(partition(topic, 0), RecordsToDelete.beforeOffset(30)))
                            .all());
        }
        try (EventReader events = new EventReader(broker, "/topics/" + topic + "/events", cursor)) {
            Event reset = events.next();
            assertThat(reset.type()).isEqualTo("reset");
            assertThat(reset.id()).startsWith("v1.").isNotEqualTo(cursor);
            assertThat(events.records(1).getFirst().json().at("/offset").asLong()).isEqualTo(30);
        }
    }

    @Test
    void shouldServeManyFollowersOfOneTopic() {
        String topic = newTopic(broker, 1);
        List<EventReader> followers = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                followers.add(open("/topics/" + topic + "/events?from=earliest"));
            }
            produce(topic, 0, 0, 100);
            for (EventReader follower : followers) {
                assertEachOnceInOrder(follower.records(100), 1, 100);
            }
        } finally {
            followers.forEach(EventReader::close);
        }
    }

    private EventReader open(String path) {
        return new EventReader(broker, path, null);
    }

    private static void assertEachOnceInOrder(List<Event> events, int partitions, int each) {
        Map<Integer, Long> next = new HashMap<>();
        for (Event event : events) {
            int partition = event.json().at("/partition").asInt();
            long offset = event.json().at("/offset").asLong();
            assertThat(offset).isEqualTo(next.getOrDefault(partition, 0L));
            next.put(partition, offset + 1);
        }
        assertThat(next)
                .hasSize(partitions)
                .allSatisfy((p, end) -> assertThat(end).isEqualTo(each));
    }

    /** Keys k0, k1, …; values {"n":0}, …; timestamps a millisecond apart. */
    private void produce(String topic, int partition, int first, int count) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = first; i < first + count; i++) {
                producer.send(
                        new ProducerRecord<>(
                                topic, partition, 1_000L + i, "k" + i, "{\"n\":" + i + "}"));
            }
        }
    }
}
