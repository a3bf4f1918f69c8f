package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leader compresses batches as {@code compression.type} says, and keeps their order. */
class RecompressionIT {
    private static final int COUNT = 2_000;
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    @TempDir Path folder;
    private TestNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = TestNode.start(new InMemoryControlPlane(), 1, folder);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void shouldKeepTheOrderOfEachProducer() throws Exception {
        for (String type : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            create(type, Map.of("compression.type", type));

            List<Long> offsets = produceWithAllCodecs(type);

            assertThat(offsets).doesNotHaveDuplicates().hasSize(COUNT * CODECS.size());
            assertInOrder(type);
            assertThat(codecsOf(type))
                    .containsOnly(type.equals("uncompressed") ? Compression.NONE : codec(type));
        }
    }

    @Test
    void shouldTakeAChangeFromTheNextBatchOn() throws Exception {
        create("changing", Map.of());
        produceWithAllCodecs("changing");
        assertThat(codecsOf("changing")).hasSize(CODECS.size());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.TOPIC, "changing"),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry("compression.type", "lz4"),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        int before = Files.readAllBytes(log("changing")).length;

        produceWithAllCodecs("changing");

        assertThat(codecsOf("changing", before)).containsOnly(Compression.LZ4);
    }

    private static Compression codec(String name) {
        for (Compression codec : Compression.values()) {
            if (codec.configName().equals(name)) {
                return codec;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private void create(String topic, Map<String, String> configs) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    /** All at the same time; five requests of each are under way. */
    private List<Long> produceWithAllCodecs(String topic) throws Exception {
        List<KafkaProducer<byte[], byte[]>> producers = new ArrayList<>();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            CODECS.forEach(codec -> producers.add(producer(codec)));
            for (int i = 0; i < COUNT; i++) {
                for (int p = 0; p < producers.size(); p++) {
                    byte[] key = CODECS.get(p).getBytes(StandardCharsets.UTF_8);
                    byte[] value = (i + " of many, of many, of many").getBytes();
                    sent.add(producers.get(p).send(new ProducerRecord<>(topic, 0, key, value)));
                }
            }
            List<Long> offsets = new ArrayList<>();
            for (Future<RecordMetadata> record : sent) {
                offsets.add(record.get().offset());
            }
            return offsets;
        } finally {
            producers.forEach(KafkaProducer::close);
        }
    }

    private KafkaProducer<byte[], byte[]> producer(String codec) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", node.bootstrap);
        settings.put("acks", "all");
        settings.put("compression.type", codec);
        settings.put("batch.size", "2000");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void assertInOrder(String topic) {
        Map<String, Integer> next = new HashMap<>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", node.bootstrap),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int total = COUNT * CODECS.size();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            for (int read = 0; read < total; ) {
                assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    String sender = new String(record.key(), StandardCharsets.UTF_8);
                    int expected = next.merge(sender, 1, Integer::sum) - 1;
                    assertThat(new String(record.value())).startsWith(expected + " of many");
                    read++;
                }
            }
        }
        assertThat(next.values()).allMatch(count -> count == COUNT);
    }

    private List<Compression> codecsOf(String topic) throws Exception {
        return codecsOf(topic, 0);
    }

    /** From a batch's position on. */
    private List<Compression> codecsOf(String topic, int from) throws Exception {
        ByteBuffer stored = ByteBuffer.wrap(Files.readAllBytes(log(topic)));
        List<Compression> codecs = new ArrayList<>();
        for (int at = from; at < stored.limit(); at += BatchHeader.sizeBytes(stored, at)) {
            codecs.add(Compression.of(BatchHeader.compressionId(stored, at)));
        }
        return codecs.stream().distinct().toList();
    }

    private Path log(String topic) {
        return folder.resolve(topic + "-0/00000000000000000000.log");
    }
}
