package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.systemtest.rest.Http.Answer;
import io.tidemark.testkit.history.Payload;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Segments that a crash tore or a disk changed: a torn tail is cut, damage in the middle is told.
 */
class DamagedSegmentIT {

    private static final int COUNT = 200;
    private static final int BATCH_BASE_OFFSET_BYTES = 8;

    @TempDir Path scratch;

    @Test
    void shouldCutATornTailAndGoOn() throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"))) {
            // Given: half a batch after the last one, as a crash in the middle of a write leaves it
            String topic = filled(broker);
            broker.kill9();
            Path segment = segmentsOf(broker, topic).getLast();
            byte[] whole = Files.readAllBytes(segment);
            byte[] firstBatch = firstBatchOf(whole);
            ByteBuffer.wrap(firstBatch).putLong(0, COUNT);
            Files.write(
                    segment,
                    Arrays.copyOf(firstBatch, firstBatch.length * 2 / 3),
                    StandardOpenOption.APPEND);

            // When
            broker.restart();

            // Then
            assertThat(Files.size(segment)).isEqualTo(whole.length);
            produce(broker, topic, COUNT, 1);
            List<String> values =
                    Clients.readAll(broker, topic, 0, COUNT + 1).stream()
                            .map(record -> record.value())
                            .toList();
            assertThat(values).isEqualTo(payloads(COUNT + 1));
        }
    }

    @Test
    void shouldReportABitFlippedInTheMiddleAndNeverServeItAsGood() throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            // Given
            String topic = filled(broker);
            broker.kill9();
            flipABitInTheMiddle(segmentsOf(broker, topic).getLast());

            // When
            broker.restart();

            // Then: no reader gets anything but what was written
            assertThat(readByKafka(broker, topic)).isSubsetOf(payloads(COUNT));
            assertThat(readByRest(http, topic)).isSubsetOf(payloads(COUNT));
            assertReported(broker, http, topic);
            // and what comes after the damage is not cut away as if it were a torn tail
            assertThat(sizeOf(broker, topic)).isPositive();
        }
    }

    @Test
    void shouldReportABitFlippedInAnOldSegmentAndNeverServeItAsGood() throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            // Given: several segments, all long on disk, and a clean stop
            String topic = Clients.newTopic(broker, 1, Map.of("segment.bytes", "1048576"));
            int count = 20_000;
            produce(broker, topic, 0, count);
            broker.stop();
            List<Path> segments = segmentsOf(broker, topic);
            assertThat(segments).hasSizeGreaterThan(1);
            flipABitInTheMiddle(segments.getFirst());

            // When
            broker.restart();

            // Then
            assertThat(readByKafka(broker, topic)).isSubsetOf(payloads(count));
            assertThat(readByRest(http, topic)).isSubsetOf(payloads(count));
            assertReported(broker, http, topic);
        }
    }

    @Test
    void shouldGoOnWithEverythingElseWhereAFileIsCutWhileItRuns() throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            // Given: two partitions in the only log directory, and readers of both
            String topic = filled(broker);
            String other = filled(broker);
            assertThat(readByKafka(broker, topic)).isEqualTo(payloads(COUNT));

            // When one loses the second half of its file, under the running broker
            Path segment = segmentsOf(broker, topic).getLast();
            try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                file.truncate(file.size() / 2);
            }

            // Then it is told, and what is left of it is served
            List<String> left = readByKafka(broker, topic);
            assertThat(left).isNotEmpty().hasSizeLessThan(COUNT);
            assertThat(left).isEqualTo(payloads(COUNT).subList(0, left.size()));
            assertReported(broker, http, topic);
            assertThat(management(http, broker, "/actuator/health").body())
                    .doesNotContain("offlineLogDirectories");
            // and both take records
            produce(broker, other, COUNT, COUNT);
            assertThat(readByKafka(broker, other)).isEqualTo(payloads(2 * COUNT));
            produce(broker, topic, COUNT, 1);
            assertThat(readByKafka(broker, topic, COUNT)).containsExactly(Payload.of(COUNT));
        }
    }

    private static void assertReported(Broker broker, Http http, String topic) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () ->
                                assertThat(broker.process().log())
                                        .containsPattern(
                                                "(?i)(corrupt|damage).*"
                                                        + topic
                                                        + "|"
                                                        + topic
                                                        + ".*(?i)(corrupt|damage)"));
        Answer health = management(http, broker, "/actuator/health");
        assertThat(health.body()).contains("DEGRADED").contains(topic);
        Answer metrics = management(http, broker, "/actuator/prometheus");
        assertThat(metrics.body())
                .containsPattern("(?im)^[a-z_]*corrupt[a-z_]*(\\{[^}]*\\})? [1-9]");
    }

    private static Answer management(Http http, Broker broker, String path) {
        return http.send(HttpRequest.newBuilder(broker.management(path)));
    }

    private static String filled(Broker broker) {
        String topic = Clients.newTopic(broker, 1);
        produce(broker, topic, 0, COUNT);
        return topic;
    }

    private static void produce(Broker broker, String topic, int first, int count) {
        Map<String, Object> smallBatches = Map.of("batch.size", 1_000, "linger.ms", 0);
        try (Producer<String, String> producer = Clients.producer(broker, smallBatches)) {
            for (int i = first; i < first + count; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, Payload.of(i)));
            }
        }
    }

    private static List<String> payloads(int count) {
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            payloads.add(Payload.of(i));
        }
        return payloads;
    }

    /** What a consumer gets before it stops, at the end or at an error. */
    private static List<String> readByKafka(Broker broker, String topic) {
        return readByKafka(broker, topic, 0);
    }

    private static List<String> readByKafka(Broker broker, String topic, long from) {
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer = Clients.consumer(broker, Map.of())) {
            var partition = Clients.partition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            int idle = 0;
            while (idle < 5) {
                var records = consumer.poll(Duration.ofMillis(300));
                records.forEach(record -> values.add(record.value()));
                idle = records.isEmpty() ? idle + 1 : 0;
            }
        } catch (KafkaException damaged) {
            assertThat(damaged).hasMessageNotContaining("unexpected");
        }
        return values;
    }

    /** The same over REST. */
    private static List<String> readByRest(Http http, String topic) {
        List<String> values = new ArrayList<>();
        long offset = 0;
        for (int requests = 0; requests < 100; requests++) {
            Answer answer =
                    http.get(
                            "/topics/%s/partitions/0/records?offset=%d&timeout=300"
                                    .formatted(topic, offset),
                            Http.V2_TEXT);
            if (answer.status() != 200 || answer.json().isEmpty()) {
                return values;
            }
            for (var record : answer.json()) {
                values.add(record.at("/value").asString());
                offset = record.at("/offset").asLong() + 1;
            }
        }
        return values;
    }

    static void flipABitInTheMiddle(Path segment) throws IOException {
        try (FileChannel channel =
                FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            long middle = channel.size() / 2;
            channel.read(one, middle);
            one.put(0, (byte) (one.get(0) ^ 1));
            one.rewind();
            channel.write(one, middle);
        }
    }

    private static byte[] firstBatchOf(byte[] segment) {
        int length = ByteBuffer.wrap(segment).getInt(BATCH_BASE_OFFSET_BYTES) + 12;
        return Arrays.copyOf(segment, length);
    }

    static List<Path> segmentsOf(Broker broker, String topic) throws IOException {
        try (Stream<Path> files = Files.walk(broker.dataFolder())) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.toString().contains("/" + topic + "-0/"))
                    .sorted()
                    .toList();
        }
    }

    private static long sizeOf(Broker broker, String topic) throws IOException {
        return Files.size(segmentsOf(broker, topic).getLast());
    }
}
