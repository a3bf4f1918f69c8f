package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.bytesConsumer;
import static io.tidemark.systemtest.client.Clients.bytesProducer;
import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.poll;
import static io.tidemark.systemtest.client.Clients.producer;
import static io.tidemark.systemtest.client.Clients.readAll;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's producer, unmodified. */
@SharedBroker
class ProducerIT {

    private final Broker broker;

    ProducerIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldProduceAndReadBackInOrderWithDefaultSettings() {
        // Given
        String topic = newTopic(broker, 1);

        // When
        List<RecordMetadata> answers = produce(topic, Map.of(), 1_000);

        // Then
        assertThat(answers).extracting(RecordMetadata::offset).isEqualTo(upTo(1_000));
        List<ConsumerRecord<String, String>> records = readAll(broker, topic, 0, 1_000);
        assertThat(records).extracting(ConsumerRecord::offset).isEqualTo(upTo(1_000));
        assertThat(records).extracting(ConsumerRecord::value).isEqualTo(values(1_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void shouldProduceWithEachAcks(String acks) {
        String topic = newTopic(broker, 1);
        Map<String, Object> settings = new HashMap<>(Map.of("acks", acks));
        if (!acks.equals("all")) {
            settings.put("enable.idempotence", false);
        }

        List<RecordMetadata> answers = produce(topic, settings, 500);

        if (acks.equals("0")) {
            assertThat(answers).allSatisfy(answer -> assertThat(answer.hasOffset()).isFalse());
        } else {
            assertThat(answers).extracting(RecordMetadata::offset).isEqualTo(upTo(500));
        }
        assertThat(readAll(broker, topic, 0, 500))
                .extracting(ConsumerRecord::value)
                .isEqualTo(values(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void shouldProduceWithEachCompression(String compression) {
        String topic = newTopic(broker, 1);

        produce(topic, Map.of("compression.type", compression, "linger.ms", 20), 2_000);

        assertThat(readAll(broker, topic, 0, 2_000))
                .extracting(ConsumerRecord::value)
                .isEqualTo(values(2_000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldProduceWithAndWithoutIdempotence(boolean idempotent) {
        String topic = newTopic(broker, 1);

        produce(topic, Map.of("enable.idempotence", idempotent, "batch.size", 500), 1_000);

        assertThat(readAll(broker, topic, 0, 1_000))
                .extracting(ConsumerRecord::value)
                .isEqualTo(values(1_000));
    }

    @Test
    void shouldCallBackInOrderWithOffsetAndTimestamp() {
        String topic = newTopic(broker, 1);
        List<Long> offsets = Collections.synchronizedList(new ArrayList<>());
        List<Exception> failures = Collections.synchronizedList(new ArrayList<>());

        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < 200; i++) {
                producer.send(
                        new ProducerRecord<>(topic, 0, 5_000L + i, null, value(i)),
                        (metadata, failure) -> {
                            if (failure != null) {
                                failures.add(failure);
                            } else {
                                assertThat(metadata.timestamp())
                                        .isEqualTo(5_000 + metadata.offset());
                                offsets.add(metadata.offset());
                            }
                        });
            }
            producer.flush();
        }

        assertThat(failures).isEmpty();
        assertThat(offsets).isEqualTo(upTo(200));
    }

    @Test
    void shouldPlaceKeysAsTheDefaultPartitionerDoes() {
        String topic = newTopic(broker, 6);

        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < 100; i++) {
                String key = "key-" + i;
                int expected = Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % 6;
                RecordMetadata answer = get(producer.send(new ProducerRecord<>(topic, key, "v")));
                assertThat(answer.partition()).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldProduceWithACustomPartitioner() {
        String topic = newTopic(broker, 4);
        Map<String, Object> settings = Map.of("partitioner.class", ByLastDigit.class.getName());

        List<RecordMetadata> answers = new ArrayList<>();
        try (Producer<String, String> producer = producer(broker, settings)) {
            for (int i = 0; i < 40; i++) {
                answers.add(get(producer.send(new ProducerRecord<>(topic, "k" + i, value(i)))));
            }
        }

        for (int i = 0; i < 40; i++) {
            assertThat(answers.get(i).partition()).isEqualTo(i % 10 % 4);
        }
    }

    @Test
    void shouldSpreadKeylessRecordsOverAllPartitionsWithTheRoundRobinPartitioner() {
        String topic = newTopic(broker, 4);
        Map<String, Object> settings =
                Map.of("partitioner.class", RoundRobinPartitioner.class.getName());

        List<RecordMetadata> answers = produce(topic, settings, 200);

        for (int p = 0; p < 4; p++) {
            int index = p;
            assertThat(answers.stream().filter(answer -> answer.partition() == index).count())
                    .isEqualTo(50);
        }
    }

    @Test
    void shouldJoinRecordsIntoBatchesAsLingerAndBatchSizeSay() {
        String topic = newTopic(broker, 1);

        Map<String, Object> lingering = Map.of("linger.ms", 200, "batch.size", 100_000);
        double joined = recordsPerRequest(topic, lingering);
        double apart = recordsPerRequest(topic, Map.of("linger.ms", 0, "batch.size", 0));

        assertThat(joined).isGreaterThan(50);
        assertThat(apart).isEqualTo(1);
        assertThat(readAll(broker, topic, 0, 600)).hasSize(600);
    }

    private double recordsPerRequest(String topic, Map<String, Object> settings) {
        try (Producer<String, String> producer = producer(broker, settings)) {
            for (int i = 0; i < 300; i++) {
                producer.send(new ProducerRecord<>(topic, value(i)));
            }
            producer.flush();
            return metric(producer, "records-per-request-avg");
        }
    }

    @Test
    void shouldGoOnWhenTheBufferIsSmallerThanTheLoad() {
        String topic = newTopic(broker, 1);
        Map<String, Object> small = Map.of("buffer.memory", 40_000, "batch.size", 4_000);

        List<RecordMetadata> answers = produce(topic, small, 5_000);

        assertThat(answers).extracting(RecordMetadata::offset).isEqualTo(upTo(5_000));
    }

    @Test
    void shouldKeepHeadersNullsEmptiesAndTimestamps() {
        String topic = newTopic(broker, 1);
        byte[] empty = new byte[0];
        try (Producer<byte[], byte[]> producer = bytesProducer(broker, Map.of())) {
            var headers =
                    List.<org.apache.kafka.common.header.Header>of(
                            new RecordHeader("a", "1".getBytes(UTF_8)),
                            new RecordHeader("a", "2".getBytes(UTF_8)),
                            new RecordHeader("none", (byte[]) null),
                            new RecordHeader("leer-ä", empty));
            get(
                    producer.send(
                            new ProducerRecord<>(
                                    topic, 0, 1_234L, "k".getBytes(UTF_8), null, headers)));
            get(producer.send(new ProducerRecord<>(topic, 0, 1_000L, null, empty)));
            get(producer.send(new ProducerRecord<>(topic, 0, 0L, empty, new byte[] {-1, 0, 1})));
        }

        try (Consumer<byte[], byte[]> consumer = bytesConsumer(broker, Map.of())) {
            consumer.assign(List.of(partition(topic, 0)));
            consumer.seekToBeginning(List.of(partition(topic, 0)));
            List<ConsumerRecord<byte[], byte[]>> records = poll(consumer, 3);

            ConsumerRecord<byte[], byte[]> first = records.get(0);
            assertThat(first.value()).isNull();
            assertThat(first.key()).isEqualTo("k".getBytes(UTF_8));
            assertThat(first.timestamp()).isEqualTo(1_234);
            assertThat(first.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
            assertThat(first.headers().toArray())
                    .extracting(header -> header.key())
                    .containsExactly("a", "a", "none", "leer-ä");
            assertThat(first.headers().toArray())
                    .extracting(header -> header.value())
                    .containsExactly("1".getBytes(UTF_8), "2".getBytes(UTF_8), null, empty);
            assertThat(records.get(1).key()).isNull();
            assertThat(records.get(1).value()).isEmpty();
            assertThat(records.get(2).key()).isEmpty();
            assertThat(records.get(2).value()).containsExactly(-1, 0, 1);
            assertThat(records.get(2).timestamp()).isZero();
        }
    }

    @Test
    void shouldStampRecordsItselfWhereTheTopicSaysLogAppendTime() {
        String topic = newTopic(broker, 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long before = System.currentTimeMillis();

        try (Producer<String, String> producer = producer(broker, Map.of())) {
            RecordMetadata answer =
                    get(producer.send(new ProducerRecord<>(topic, 0, 77L, null, "v")));
            assertThat(answer.timestamp()).isGreaterThanOrEqualTo(before);
        }

        ConsumerRecord<String, String> record = readAll(broker, topic, 0, 1).getFirst();
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(record.timestamp()).isBetween(before, System.currentTimeMillis());
    }

    @Test
    void shouldServeManyProducersOnManyPartitions() {
        String topic = newTopic(broker, 8);

        IntStream.range(0, 4).parallel().forEach(ignored -> produceKeyed(topic, 1_000));

        int total = 0;
        try (Consumer<String, String> consumer = Clients.consumer(broker, Map.of())) {
            var partitions = IntStream.range(0, 8).mapToObj(p -> partition(topic, p)).toList();
            total =
                    consumer.endOffsets(partitions).values().stream()
                            .mapToInt(Long::intValue)
                            .sum();
        }
        assertThat(total).isEqualTo(4_000);
    }

    private void produceKeyed(String topic, int count) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sends.add(producer.send(new ProducerRecord<>(topic, "k" + i, value(i))));
            }
            sends.forEach(Clients::get);
        }
    }

    private List<RecordMetadata> produce(String topic, Map<String, Object> settings, int count) {
        try (Producer<String, String> producer = producer(broker, settings)) {
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sends.add(producer.send(new ProducerRecord<>(topic, value(i))));
            }
            return sends.stream().map(Clients::get).toList();
        }
    }

    private static double metric(Producer<?, ?> producer, String name) {
        return producer.metrics().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .filter(entry -> entry.getKey().group().equals("producer-metrics"))
                .mapToDouble(entry -> (double) entry.getValue().metricValue())
                .findFirst()
                .orElseThrow();
    }

    private static String value(int i) {
        return "value-" + i + "-of-a-record-that-compresses-well";
    }

    private static List<String> values(int count) {
        return IntStream.range(0, count).mapToObj(ProducerIT::value).toList();
    }

    private static List<Long> upTo(int count) {
        return IntStream.range(0, count).mapToObj(i -> (long) i).toList();
    }
}
