package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.transport.EventLoops;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own producer and consumer against the server, the batch check and zero-copy fetch. */
class KafkaClientsIT {
    private static final int RECORDS = 5_000;
    private static EventLoopGroup loops;

    @TempDir private Path directory;

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(2, "test");
    }

    @AfterAll
    static void stopLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldCarryRecordsFromProducerToConsumer(Compression compression) throws Exception {
        try (var broker = new OnePartitionBroker(directory, loops)) {
            List<String> sent = produce(broker, compression);
            assertThat(consume(broker)).isEqualTo(sent);
            assertThat(broker.openRanges.get()).isZero();
        }
    }

    private static List<String> produce(OnePartitionBroker broker, Compression compression)
            throws Exception {
        List<String> sent = new ArrayList<>();
        Random random = new Random(5);
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers", broker.bootstrap(),
                        "compression.type", compression.configName());
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> acks = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                String value = "v".repeat(random.nextInt(500)) + i;
                sent.add(value);
                var record =
                        new ProducerRecord<String, String>(
                                OnePartitionBroker.TOPIC, "key" + i % 7, value);
                record.headers().add("h", new byte[] {1, (byte) i});
                acks.add(producer.send(record));
            }
            for (int i = 0; i < RECORDS; i++) {
                assertThat(acks.get(i).get(30, TimeUnit.SECONDS).offset()).isEqualTo(i);
            }
        }
        return sent;
    }

    private static List<String> consume(OnePartitionBroker broker) {
        List<String> received = new ArrayList<>();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrap());
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(OnePartitionBroker.TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (received.size() < RECORDS && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> r : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(r.offset()).isEqualTo(received.size());
                    assertThat(r.key()).isEqualTo("key" + received.size() % 7);
                    assertThat(r.headers().lastHeader("h").value()[1]).isEqualTo((byte) r.offset());
                    received.add(r.value());
                }
            }
        }
        return received;
    }
}
