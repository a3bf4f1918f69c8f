package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kafka's own clients, unmodified, against a real node. */
@Timeout(180)
class KafkaClientsIT {
    @TempDir Path folder;

    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private TestNode node;

    @BeforeEach
    void startNode() throws IOException {
        node = TestNode.start(controlPlane, 2, folder);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "all,none,fsync",
        "all,gzip,os",
        "all,snappy,fsync",
        "1,lz4,fsync",
        "1,zstd,os",
        "0,none,os"
    })
    void shouldReadBackInOrderWhatWasProduced(String acks, String compression, String flush)
            throws Exception {
        // Given
        create("orders", 3, Map.of("flush", flush));
        Properties settings = clientSettings();
        settings.put("acks", acks);
        settings.put("compression.type", compression);
        settings.put("enable.idempotence", Boolean.toString(acks.equals("all")));

        // When
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = producer(settings)) {
            for (int i = 0; i < 3_000; i++) {
                sent.add(
                        producer.send(new ProducerRecord<>("orders", i % 3, null, bytes("v" + i))));
            }
        }

        // Then
        for (int i = 0; i < 3; i++) {
            List<String> values = readAll("orders", i, 1_000);
            for (int n = 0; n < 1_000; n++) {
                assertThat(values.get(n)).isEqualTo("v" + (n * 3 + i));
                if (!acks.equals("0")) {
                    assertThat(sent.get(n * 3 + i).get().offset()).isEqualTo(n);
                }
            }
        }
    }

    @Test
    void shouldProduceWithTheDefaultsToATopicThatIsCreatedByIt() throws Exception {
        try (var producer = producer(clientSettings())) {
            RecordMetadata first = producer.send(new ProducerRecord<>("fresh", bytes("a"))).get();
            RecordMetadata second = producer.send(new ProducerRecord<>("fresh", bytes("b"))).get();
            assertThat(first.offset()).isZero();
            assertThat(second.offset()).isEqualTo(1);
        }
        assertThat(readAll("fresh", 0, 2)).containsExactly("a", "b");
    }

    @Test
    void shouldWakeAWaitingConsumerWhenARecordComes() throws Exception {
        create("tail", 1, Map.of());
        Properties settings = clientSettings();
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "6000");
        try (var consumer = consumer(settings);
                var producer = producer(clientSettings())) {
            consumer.assign(List.of(new TopicPartition("tail", 0)));
            consumer.seekToBeginning(consumer.assignment());
            consumer.poll(Duration.ofMillis(300)); // now a fetch waits at the node

            long start = System.nanoTime();
            producer.send(new ProducerRecord<>("tail", bytes("x"))).get();
            assertThat(consumer.poll(Duration.ofSeconds(20)).count()).isEqualTo(1);
            assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
        }
    }

    @Test
    void shouldSeekByOffsetAndTime() throws Exception {
        create("times", 1, Map.of());
        try (var producer = producer(clientSettings())) {
            for (int i = 0; i < 100; i++) {
                long timestampMs = System.currentTimeMillis() - 100_000 + i * 1_000L;
                producer.send(new ProducerRecord<>("times", 0, timestampMs, null, bytes("t" + i)));
            }
        }
        TopicPartition partition = new TopicPartition("times", 0);
        try (var consumer = consumer(clientSettings())) {
            consumer.assign(List.of(partition));
            long wantedMs = System.currentTimeMillis() - 50_000;
            var found = consumer.offsetsForTimes(Map.of(partition, wantedMs));
            assertThat(of(found, partition).offset()).isBetween(45L, 55L);
            consumer.seek(partition, 90);
            assertThat(consumer.poll(Duration.ofSeconds(10)).iterator().next().offset())
                    .isEqualTo(90);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 100L);
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
        }
    }

    @Test
    void shouldHonourFetchLimitsAndStillGiveALargeFirstBatch() throws Exception {
        create("large", 1, Map.of());
        try (var producer = producer(clientSettings())) {
            for (int i = 0; i < 3; i++) {
                producer.send(new ProducerRecord<>("large", 0, null, new byte[200_000])).get();
            }
        }
        Properties settings = clientSettings();
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1000");
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1000");
        try (var consumer = consumer(settings)) {
            consumer.assign(List.of(new TopicPartition("large", 0)));
            consumer.seekToBeginning(consumer.assignment());
            int seen = 0;
            while (seen < 3) {
                int count = consumer.poll(Duration.ofSeconds(10)).count();
                assertThat(count).isLessThanOrEqualTo(1);
                seen += count;
            }
        }
    }

    @Test
    void shouldAdministerTopics() throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic("a", 2, (short) 1))).all().get();
            assertThatThrownBy(
                            () ->
                                    admin.createTopics(List.of(new NewTopic("a", 1, (short) 1)))
                                            .all()
                                            .get())
                    .hasCauseInstanceOf(TopicExistsException.class);
            admin.createPartitions(Map.of("a", NewPartitions.increaseTo(5))).all().get();
            assertThat(
                            of(admin.describeTopics(List.of("a")).allTopicNames().get(), "a")
                                    .partitions())
                    .hasSize(5);
            assertThat(admin.listTopics().names().get()).containsExactly("a");
            assertThat(admin.describeCluster().clusterId().get())
                    .isEqualTo(InMemoryControlPlane.CLUSTER_ID);
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
            assertThat(admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1)).hasSize(1);
            admin.deleteTopics(List.of("a")).all().get();
            assertThat(admin.listTopics().names().get()).isEmpty();
            assertThatThrownBy(() -> admin.describeTopics(List.of("a")).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void shouldDescribeAndAlterConfigs() throws Exception {
        create("configured", 1, Map.of("retention.ms", "1000000"));
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "configured");
        try (Admin admin = admin()) {
            ConfigEntry set =
                    of(admin.describeConfigs(List.of(topic)).all().get(), topic)
                            .get("retention.ms");
            assertThat(set.value()).isEqualTo("1000000");
            assertThat(set.source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);

            Collection<AlterConfigOp> changes =
                    List.of(
                            new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "2000"),
                                    AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
            ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            assertThat(
                            of(admin.describeConfigs(List.of(broker)).all().get(), broker)
                                    .get("num.partitions")
                                    .value())
                    .isEqualTo("1");
        }
        try (var producer = producer(clientSettings())) {
            assertThatThrownBy(
                            () ->
                                    producer.send(
                                                    new ProducerRecord<>(
                                                            "configured", 0, null, new byte[5_000]))
                                            .get())
                    .hasCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void shouldDeleteRecords() throws Exception {
        create("trimmed", 1, Map.of());
        try (var producer = producer(clientSettings())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>("trimmed", 0, null, bytes("r" + i))).get();
            }
        }
        TopicPartition partition = new TopicPartition("trimmed", 0);
        try (Admin admin = admin()) {
            long low =
                    of(
                                    admin.deleteRecords(
                                                    Map.of(
                                                            partition,
                                                            RecordsToDelete.beforeOffset(4)))
                                            .lowWatermarks(),
                                    partition)
                            .get()
                            .lowWatermark();
            assertThat(low).isEqualTo(4);
            assertThat(
                            admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                                    .partitionResult(partition)
                                    .get()
                                    .offset())
                    .isEqualTo(4);
        }
        assertThat(readAll("trimmed", 0, 6)).first().isEqualTo("r4");
    }

    @Test
    void shouldFindEverythingAgainAfterARestart() throws Exception {
        create("kept", 4, Map.of());
        try (var producer = producer(clientSettings())) {
            for (int i = 0; i < 400; i++) {
                producer.send(new ProducerRecord<>("kept", i % 4, null, bytes("k" + i)));
            }
        }
        node.close();
        node = TestNode.start(controlPlane, 1, folder);
        for (int i = 0; i < 4; i++) {
            assertThat(readAll("kept", i, 100)).hasSize(100).first().isEqualTo("k" + i);
        }
    }

    @Test
    void shouldRefuseABadTopicNameAtOnce() {
        try (var producer = producer(clientSettings())) {
            assertThatThrownBy(
                            () -> producer.send(new ProducerRecord<>("no/slash", bytes("x"))).get())
                    .satisfiesAnyOf(
                            e -> assertThat(e).hasCauseInstanceOf(InvalidTopicException.class),
                            e -> assertThat(e).isInstanceOf(InvalidTopicException.class));
        }
    }

    private void create(String topic, int partitions, Map<String, String> configs)
            throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private List<String> readAll(String topic, int partition, int count) {
        List<String> values = new ArrayList<>();
        try (var consumer = consumer(clientSettings())) {
            consumer.assign(List.of(new TopicPartition(topic, partition)));
            consumer.seekToBeginning(consumer.assignment());
            while (values.size() < count) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(500))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return values;
    }

    private Properties clientSettings() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", node.bootstrap);
        return settings;
    }

    private Admin admin() {
        return Admin.create(clientSettings());
    }

    private static KafkaProducer<byte[], byte[]> producer(Properties settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Properties settings) {
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static <K, V> V of(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
