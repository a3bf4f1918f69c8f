package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.FileDisk;
import io.tidemark.metadata.command.Command;
import io.tidemark.partition.runtime.Partition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that copy from each other, over real connections and files. */
@Timeout(60)
class ReplicationIT {
    private static final String TOPIC = "orders";

    @TempDir Path folder;

    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private final Map<Integer, TestNode> nodes = new HashMap<>();
    private final Map<String, String> nodeConfigs = new HashMap<>();

    @AfterEach
    void stop() {
        nodes.values().forEach(TestNode::close);
    }

    @Test
    void shouldAcknowledgeWhatAllInSyncReplicasHave() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));

        try (var producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sent.add(send(producer, i));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get(20, TimeUnit.SECONDS);
            }
            for (int node : List.of(1, 2, 3)) {
                assertThat(endOn(node)).isEqualTo(500);
            }
        }
        assertThat(values(500)).isEqualTo(numbers(0, 500));
        await(() -> highWatermarkOn(2) == 500 && highWatermarkOn(3) == 500);
    }

    @Test
    void shouldGoOnWithAnotherLeaderAndLoseNothing() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 200; i++) {
                if (i == 50) {
                    kill(1);
                }
                if (i == 120) {
                    start(1);
                    awaitIsr(1, 2, 3);
                    kill(leader());
                }
                send(producer, i).get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(values(200)).isEqualTo(numbers(0, 200));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    // ---- the cluster

    private void startAll() throws IOException {
        for (int node : List.of(1, 2, 3)) {
            start(node);
        }
        await(
                () ->
                        controlPlane.image().nodes().values().stream()
                                .allMatch(node -> !node.fenced()));
    }

    private void start(int node) throws IOException {
        controlPlane.hear(node);
        nodes.put(
                node,
                TestNode.start(
                        controlPlane,
                        new TestNode.Which(node, Optional.of("rack-" + node), nodeConfigs),
                        1,
                        FileDisk::new,
                        folder(node)));
    }

    private Path folder(int node) {
        return folder.resolve("node-" + node);
    }

    /** The coordinator hears of it no more, and neither does anybody else. */
    private void kill(int node) {
        TestNode killed = nodes.remove(node);
        controlPlane.lose(node);
        killed.close();
    }

    private void create(Map<String, String> configs) {
        controlPlane
                .submit(new Command.CreateTopic(TOPIC, 1, 3, List.of(), configs, false))
                .toCompletableFuture()
                .join();
        nodes.values().forEach(node -> await(() -> partition(node) != null));
    }

    private int leader() {
        return controlPlane.partition(TOPIC).leader();
    }

    private void awaitIsr(Integer... members) {
        await(() -> List.copyOf(isr()).equals(List.of(members)));
    }

    private List<Integer> isr() {
        return controlPlane.partition(TOPIC).isr().stream().sorted().toList();
    }

    private static Partition partition(TestNode node) {
        return node.node.runtime().registry().find(TOPIC, 0);
    }

    private long endOn(int node) {
        return ask(node, partition -> partition.log().logEndOffset());
    }

    private long highWatermarkOn(int node) {
        return ask(node, partition -> partition.replica().highWatermark());
    }

    private <T> T ask(int node, Partition.Question<T> question) {
        return partition(nodes.get(node)).ask(question).join();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    // ---- its clients

    private String bootstrap() {
        return String.join(",", nodes.values().stream().map(node -> node.bootstrap).toList());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap());
        properties.put("acks", "all");
        properties.put("delivery.timeout.ms", 20_000);
        properties.put("request.timeout.ms", 5_000);
        properties.put("linger.ms", 0);
        properties.put("retry.backoff.ms", 10);
        properties.put("reconnect.backoff.ms", 10);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Future<RecordMetadata> send(KafkaProducer<byte[], byte[]> producer, int value) {
        return producer.send(
                new ProducerRecord<>(TOPIC, 0, null, Integer.toString(value).getBytes()));
    }

    private List<String> values(int count) {
        return values(count, Map.of());
    }

    private List<String> values(int count, Map<String, String> settings) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap());
        properties.put("auto.offset.reset", "earliest");
        properties.putAll(settings);
        List<String> values = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await(
                    () -> {
                        consumer.poll(Duration.ofMillis(100))
                                .forEach(record -> values.add(new String(record.value())));
                        return values.size() >= count;
                    });
        }
        return values;
    }
}
