package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.EventReader;
import io.tidemark.systemtest.rest.EventReader.Event;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.history.Payload;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Damage that nobody can mend, as there is no other replica: every reader is told so at once rather
 * than left waiting, has got what lies before it, and can go on behind it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class LostRecordsIT {
    private static final int COUNT = 400;
    private static final int KAFKA_ERROR = 50002;
    private static final long FIRST_MS = System.currentTimeMillis() - 3_600_000;

    @TempDir static Path scratch;

    private Broker broker;
    private Http http;
    private String topic;
    private TopicPartition partition;

    /** The lost ones are those from here to before {@link #to}. */
    private int from;

    private int to;

    @BeforeAll
    void loseRecords() throws IOException {
        broker = Broker.start(scratch.resolve("data"));
        http = new Http(broker);
        topic = Clients.newTopic(broker, 1);
        partition = Clients.partition(topic, 0);
        Map<String, Object> smallBatches = Map.of("batch.size", 1_000, "linger.ms", 0);
        try (Producer<String, String> producer = Clients.producer(broker, smallBatches)) {
            for (int i = 0; i < COUNT; i++) {
                producer.send(new ProducerRecord<>(topic, 0, FIRST_MS + i, null, Payload.of(i)));
            }
        }
        broker.stop();
        DamagedSegmentIT.flipABitInTheMiddle(DamagedSegmentIT.segmentsOf(broker, topic).getLast());
        broker.restart();
        findWhatIsLost();
    }

    /** As the log of whoever read it tells. */
    private void findWhatIsLost() {
        int next = 0;
        for (List<Integer> more = read(next); !more.isEmpty(); more = read(next)) {
            next = more.getLast() + 1;
        }
        Matcher told =
                Pattern.compile("Damage in .*offsets (\\d+) to (\\d+) of " + topic)
                        .matcher(broker.process().log());
        assertThat(told.find()).isTrue();
        from = Integer.parseInt(told.group(1));
        to = Integer.parseInt(told.group(2)) + 1;
        assertThat(next).isEqualTo(from);
    }

    @AfterAll
    void close() {
        http.close();
        broker.close();
    }

    private List<Integer> read(int offset) {
        Http.Answer answer = http.get(records(offset), Http.V2_TEXT);
        return answer.status() != 200
                ? List.of()
                : answer.json().valueStream().map(each -> each.at("/offset").asInt()).toList();
    }

    private String records(int offset) {
        return "/topics/%s/partitions/0/records?offset=%d&timeout=1000".formatted(topic, offset);
    }

    private static List<String> payloads(int from, int to) {
        return IntStream.range(from, to).mapToObj(Payload::of).toList();
    }

    private void assertTells(Http.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(500);
        assertTells(answer.json());
    }

    private void assertTells(JsonNode failure) {
        assertThat(failure.at("/error_code").asInt()).isEqualTo(KAFKA_ERROR);
        assertThat(failure.at("/message").asString())
                .contains("Partition 0 of topic '" + topic + "'", "at offset " + from + ":")
                .contains("damaged", "from offset " + to + " on");
    }

    @Test
    void shouldTellAConsumerInJava() {
        try (Consumer<String, String> consumer = Clients.consumer(broker, Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            List<String> values = new ArrayList<>();
            assertThatThrownBy(() -> pollOn(consumer, values))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("corrupt message when fetching offset " + from)
                    .hasMessageContaining(partition.toString());
            assertThat(values).isEqualTo(payloads(0, from));
            assertThat(consumer.position(partition)).isEqualTo(from);

            consumer.seek(partition, to);
            assertThat(Clients.poll(consumer, COUNT - to))
                    .extracting(record -> record.value())
                    .isEqualTo(payloads(to, COUNT));
        }
    }

    private static void pollOn(Consumer<String, String> consumer, List<String> values) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            consumer.poll(Duration.ofMillis(200)).forEach(each -> values.add(each.value()));
        }
    }

    @Test
    void shouldTellAConsumerInC() {
        Finished told = kcat("-C", "-t", topic, "-p", "0", "-o", "beginning", "-e");
        assertThat(told.exitCode()).as(told.output()).isNotZero();
        assertThat(told.output()).contains("% ERROR");
        // What it says comes in between, also in the middle of a record.
        assertThat(told.output().replaceAll("% [^\n]*\n", "")).contains(payloads(0, from));

        String behind =
                kcat("-C", "-t", topic, "-p", "0", "-o", String.valueOf(to), "-e", "-q")
                        .expectSuccess();
        assertThat(behind.lines()).isEqualTo(payloads(to, COUNT));
    }

    private Finished kcat(String... arguments) {
        assumeTrue(ExternalCommand.isInstalled("kcat"), "kcat is not installed");
        List<String> command = new ArrayList<>(List.of("kcat", "-b", broker.kafka()));
        command.addAll(List.of(arguments));
        return ExternalCommand.run(command, null, Duration.ofSeconds(30));
    }

    @Test
    void shouldTellAStream() {
        try (EventReader stream = events("from=earliest")) {
            assertThat(offsets(stream)).isEqualTo(LongStream.range(0, from).boxed().toList());
        }
        try (EventReader behind = events("until=latest&from=ts:" + (FIRST_MS + COUNT - 1))) {
            assertThat(behind.next().json().at("/offset").asInt()).isEqualTo(COUNT - 1);
        }
    }

    @Test
    void shouldTellAStreamOfSeveralTopics() {
        String other = Clients.newTopic(broker, 1);
        String path = "/events?from=earliest&topics=" + topic + "," + other;
        try (EventReader stream = new EventReader(broker.http(path), null)) {
            assertThat(offsets(stream)).isEqualTo(LongStream.range(0, from).boxed().toList());
        }
    }

    private EventReader events(String query) {
        return new EventReader(broker.http("/topics/" + topic + "/events?" + query), null);
    }

    /** Of the records before the failure that must come. */
    private List<Long> offsets(EventReader stream) {
        List<Long> offsets = new ArrayList<>();
        for (Event event = stream.next(); ; event = stream.next()) {
            if (event.type().equals("message")) {
                offsets.add(event.json().at("/offset").asLong());
            } else {
                assertThat(event.type()).as(event.data()).isEqualTo("failure");
                assertTells(event.json());
                return offsets;
            }
        }
    }

    @Test
    void shouldTellWhoReadsOverRest() {
        assertTells(http.get(records(from), Http.V2_TEXT));
        assertThat(http.get(records(to), Http.V2_TEXT).ok().at("/0/value").asString())
                .isEqualTo(Payload.of(to));
    }

    @Test
    void shouldTellAConsumerOverRest() {
        String path = "/consumers/lost/instances/one";
        http.post(
                        "/consumers/lost",
                        Http.V2,
                        "{\"name\":\"one\",\"format\":\"text\",\"auto.offset.reset\":\"earliest\"}")
                .ok();
        String place = "{\"partitions\":[{\"topic\":\"%s\",\"partition\":0}]}".formatted(topic);
        http.post(path + "/assignments", Http.V2, place).expect(204);
        List<String> values = new ArrayList<>();
        assertTells(readOn(path, values));
        assertThat(values).isEqualTo(payloads(0, from));

        String behind =
                "{\"offsets\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":%d}]}"
                        .formatted(topic, to);
        http.post(path + "/positions", Http.V2, behind).expect(204);
        values.clear();
        readOn(path, values);
        assertThat(values).isEqualTo(payloads(to, COUNT));
        http.delete(path);
    }

    /** Returns the first answer that has no record. */
    private Http.Answer readOn(String path, List<String> values) {
        while (true) {
            Http.Answer answer = http.get(path + "/records?timeout=5000", Http.V2_TEXT);
            if (answer.status() != 200 || answer.json().isEmpty()) {
                return answer;
            }
            answer.json().forEach(each -> values.add(each.at("/value").asString()));
        }
    }

    @Test
    void shouldTellWhoSearchesThereByTime() {
        long lostMs = FIRST_MS + from;
        Map<String, Object> soon = Map.of("default.api.timeout.ms", 3_000);
        try (Consumer<String, String> consumer = Clients.consumer(broker, soon)) {
            assertThat(offsetAt(consumer, FIRST_MS + 5)).isEqualTo(5L);
            assertThat(offsetAt(consumer, FIRST_MS + COUNT - 1)).isEqualTo(COUNT - 1L);
            // The client asks again whatever the error, until its time is over.
            assertThatThrownBy(() -> offsetAt(consumer, lostMs))
                    .isInstanceOf(TimeoutException.class);
        }
        Http.Answer answer =
                http.get("/topics/%s/partitions/0/records?timestamp=%d".formatted(topic, lostMs));
        assertThat(answer.status()).as(answer.body()).isEqualTo(500);
        assertThat(answer.json().at("/message").asString())
                .contains("Partition 0 of topic '" + topic + "'", "damaged");
        Finished told = kcat("-Q", "-t", topic + ":0:" + lostMs);
        assertThat(told.output()).doesNotContain("offset -1");
    }

    private @Nullable Long offsetAt(Consumer<String, String> consumer, long timestampMs) {
        var found = consumer.offsetsForTimes(Map.of(partition, timestampMs)).get(partition);
        return found == null ? null : found.offset();
    }
}
