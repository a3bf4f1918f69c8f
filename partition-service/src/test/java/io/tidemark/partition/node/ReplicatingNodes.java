package io.tidemark.partition.node;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.Question;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that copy from each other, over real connections and files. */
@Timeout(180)
abstract class ReplicatingNodes {
    static final String TOPIC = "orders";

    @TempDir Path folder;

    final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    final Map<Integer, TestNode> nodes = new HashMap<>();
    final Map<String, String> nodeConfigs = new HashMap<>();
    int scrubBytesPerSecond = 64 << 20;
    final Map<Integer, Duration> clockOffsets = new HashMap<>();

    @AfterEach
    void stop() {
        disks.release();
        nodes.values().forEach(TestNode::close);
    }

    static long latest(Admin admin, int timeoutMs) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        return admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()),
                        new ListOffsetsOptions().timeoutMs(timeoutMs))
                .partitionResult(partition)
                .get()
                .offset();
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    // ---- what happens to its disks

    final HeldDisks disks = new HeldDisks();

    void wipe(int node) throws IOException {
        try (Stream<Path> files = Files.walk(folder(node))) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    byte[] bytesOn(int node) throws IOException {
        return Files.readAllBytes(logFile(node));
    }

    Path logFile(int node) {
        return folder(node).resolve("orders-0/00000000000000000000.log");
    }

    void flipABit(int node, int position) throws IOException {
        try (var file = FileChannel.open(logFile(node), READ, WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            file.write(one, position);
        }
    }

    void deleteBefore(long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(TOPIC, 0),
                                    RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    // ---- the cluster

    void startAll() throws IOException {
        for (int node : List.of(1, 2, 3)) {
            start(node);
        }
        await(
                () ->
                        controlPlane.image().nodes().values().stream()
                                .allMatch(node -> !node.fenced()));
    }

    void start(int node) throws IOException {
        controlPlane.hear(node);
        nodes.put(
                node,
                TestNode.start(
                        controlPlane,
                        new TestNode.Which(
                                node,
                                Optional.of("rack-" + node),
                                nodeConfigs,
                                scrubBytesPerSecond,
                                clockOffsets.getOrDefault(node, Duration.ZERO)),
                        1,
                        disks,
                        folder(node)));
    }

    Path folder(int node) {
        return folder.resolve("node-" + node);
    }

    /** The coordinator hears of it no more, and neither does anybody else. */
    void kill(int node) {
        TestNode killed = node(node);
        nodes.remove(node);
        controlPlane.lose(node);
        killed.close();
    }

    void create(Map<String, String> configs) {
        controlPlane
                .submit(new Command.CreateTopic(TOPIC, 1, 3, List.of(), configs, false))
                .toCompletableFuture()
                .join();
        nodes.values().forEach(node -> await(() -> partition(node) != null));
    }

    int leader() {
        return controlPlane.partition(TOPIC).leader();
    }

    void awaitIsr(Integer... members) {
        await(() -> List.copyOf(isr()).equals(List.of(members)));
    }

    List<Integer> isr() {
        return controlPlane.partition(TOPIC).isr().stream().sorted().toList();
    }

    TestNode node(int id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    Partition existing(int node) {
        return Objects.requireNonNull(partition(node(node)));
    }

    static @Nullable Partition partition(TestNode node) {
        return node.node.runtime().registry().find(TOPIC, 0);
    }

    long endOn(int node) {
        return ask(node, partition -> partition.log().logEndOffset());
    }

    long startOn(int node) {
        return ask(node, partition -> partition.log().logStartOffset());
    }

    double bytesOut(int node) {
        return node(node).meters.counter("tidemark.partition.bytes.out").count();
    }

    long highWatermarkOn(int node) {
        return ask(node, partition -> partition.replica().highWatermark());
    }

    <T> T ask(int node, Question<T> question) {
        return existing(node).ask(question).join();
    }

    static void await(BooleanSupplier condition) {
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

    String bootstrap() {
        return String.join(",", nodes.values().stream().map(node -> node.bootstrap).toList());
    }

    KafkaProducer<byte[], byte[]> producer(String... settings) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap());
        properties.put("acks", "all");
        properties.put("delivery.timeout.ms", 20_000);
        properties.put("request.timeout.ms", 5_000);
        properties.put("linger.ms", 0);
        properties.put("retry.backoff.ms", 10);
        properties.put("reconnect.backoff.ms", 10);
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static void sendAll(KafkaProducer<byte[], byte[]> producer, int from, int to) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            sent.add(send(producer, i));
        }
        for (Future<RecordMetadata> record : sent) {
            record.get(20, TimeUnit.SECONDS);
        }
    }

    static Future<RecordMetadata> send(KafkaProducer<byte[], byte[]> producer, int value) {
        return producer.send(
                new ProducerRecord<>(TOPIC, 0, null, Integer.toString(value).getBytes()));
    }

    List<String> values(int count) {
        return values(count, Map.of());
    }

    List<String> values(int count, Map<String, String> settings) {
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
