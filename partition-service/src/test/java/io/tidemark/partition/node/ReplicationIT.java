package io.tidemark.partition.node;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.metadata.command.Command;
import io.tidemark.partition.runtime.Partition;
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
import java.util.concurrent.CompletableFuture;
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
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
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
        disks.release();
        nodes.values().forEach(TestNode::close);
    }

    @Test
    void shouldAcknowledgeWhatAllInSyncReplicasHave() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));

        try (var producer = producer()) {
            sendAll(producer, 0, 500);
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

    @Test
    void shouldCutWhatAFormerLeaderHasMore() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
        }
        kill(2);
        kill(3);
        awaitIsr(1);
        try (var careless = producer("acks", "1", "enable.idempotence", "false")) {
            sendAll(careless, 90, 95); // never acknowledged by more than one
        }
        assertThat(endOn(1)).isEqualTo(15);
        kill(1);
        start(2);
        start(3);
        controlPlane.elect(TOPIC, 2, 2, 3);
        try (var producer = producer()) {
            sendAll(producer, 10, 12);
            start(1);
            awaitIsr(1, 2, 3);
            sendAll(producer, 12, 20);
        }

        assertThat(values(20)).isEqualTo(numbers(0, 20));
        for (int node : List.of(1, 2, 3)) {
            assertThat(endOn(node)).isEqualTo(20);
            assertThat(bytesOn(node)).isEqualTo(bytesOn(2));
        }
    }

    @Test
    void shouldNotTellAnEndThatReadersMayHavePassed() throws Exception {
        // Given a new leader that cannot know yet how far the last one let consumers read
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            disks.hold(folder(3));
            Future<RecordMetadata> open = send(producer, 10);
            await(() -> endOn(2) == 11 && endOn(3) == 11);
            kill(1);
            controlPlane.elect(TOPIC, 2, 2, 3);
            await(() -> ask(2, partition -> partition.replica().leading()));

            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
                // When, then
                assertThatThrownBy(() -> latest(admin, 1_500))
                        .hasCauseInstanceOf(TimeoutException.class);
                disks.release();
                assertThat(latest(admin, 20_000)).isEqualTo(11);
            }
            assertThat(open.get(20, TimeUnit.SECONDS).offset()).isEqualTo(10);
        }
    }

    private static long latest(Admin admin, int timeoutMs) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        return admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()),
                        new ListOffsetsOptions().timeoutMs(timeoutMs))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Test
    void shouldCopyEverythingToAReplicaThatLostItsDisk() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
            kill(3);
            wipe(3);
            sendAll(producer, 50, 60);
            start(3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 60, 61);
        }
        assertThat(endOn(3)).isEqualTo(61);
        assertThat(bytesOn(3)).isEqualTo(bytesOn(1));
    }

    @Test
    void shouldNotLeadWithoutTheRecordsItHad() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
        }
        kill(3);
        wipe(3);
        controlPlane.elect(TOPIC, 3, 1, 2, 3);

        start(3);

        await(() -> leader() != 3 && isr().size() == 3);
        assertThat(controlPlane.losses())
                .extracting(Command.PartitionId::topicId)
                .containsExactly(existing(3).topicId());
        assertThat(values(50)).isEqualTo(numbers(0, 50));
        assertThat(endOn(3)).isEqualTo(50);
    }

    @Test
    void shouldLeaveTheSlowBehindAndTakeThemBack() throws Exception {
        nodeConfigs.put("replica.lag.time.max.ms", "1000");
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 5);
            disks.hold(folder(3));
            sendAll(producer, 5, 6);
            awaitIsr(1, 2);
            sendAll(producer, 6, 50);
            assertThat(endOn(3)).isLessThan(50);

            disks.release();
            awaitIsr(1, 2, 3);
            sendAll(producer, 50, 60);
        }
        assertThat(endOn(3)).isEqualTo(60);
        assertThat(values(60)).isEqualTo(numbers(0, 60));
    }

    @Test
    void shouldRefuseRecordsThatTooFewWouldHave() throws Exception {
        nodeConfigs.put("replica.lag.time.max.ms", "1000");
        startAll();
        create(Map.of("min.insync.replicas", "3"));
        try (var producer = producer("retries", "0", "enable.idempotence", "false")) {
            sendAll(producer, 0, 5);
            disks.hold(folder(3));
            Future<RecordMetadata> waiting = send(producer, 5);

            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NotEnoughReplicasAfterAppendException.class);
            assertThatThrownBy(() -> send(producer, 6).get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NotEnoughReplicasException.class);
            assertThat(highWatermarkOn(1)).isEqualTo(5);

            disks.release();
            awaitIsr(1, 2, 3);
            sendAll(producer, 7, 8);
            assertThat(highWatermarkOn(1)).isEqualTo(7);
        }
    }

    @Test
    void shouldServeConsumersFromAReplicaInTheirRack() throws Exception {
        nodeConfigs.put(
                "replica.selector.class",
                "org.apache.kafka.common.replica.RackAwareReplicaSelector");
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 30);
        }

        assertThat(values(30, Map.of("client.rack", "rack-2"))).isEqualTo(numbers(0, 30));

        assertThat(bytesOut(2)).isPositive();
        assertThat(bytesOut(3)).isZero();
    }

    @Test
    void shouldRepairWhatIsDamagedFromAPeer() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 100);
            for (int damaged : List.of(2, 1)) { // a follower; the leader
                byte[] whole = bytesOn(3);
                flipABit(damaged, whole.length / 2);

                await(() -> controlPlane.losses().size() == (damaged == 2 ? 1 : 2));
                awaitIsr(1, 2, 3);
                assertThat(bytesOn(damaged)).isEqualTo(whole);
                List<String> damage = ask(damaged, partition -> partition.log().corruption());
                assertThat(damage).isEmpty();
            }
            assertThat(leader()).isNotEqualTo(1);
            sendAll(producer, 100, 110);
        }
        assertThat(values(110)).isEqualTo(numbers(0, 110));
    }

    @Test
    void shouldMoveWithItsAssignment() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 20);
            controlPlane.assign(TOPIC, 1, 2);
            await(() -> partition(node(3)) == null);
            await(() -> !Files.exists(folder(3).resolve("orders-0")));
            sendAll(producer, 20, 30);

            controlPlane.assign(TOPIC, 1, 2, 3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 30, 31);
        }
        assertThat(endOn(3)).isEqualTo(31);
    }

    @Test
    void shouldHandOverWithoutAFailedCallWhenItStops() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            int stopping = leader();
            TestNode stopped = node(stopping);
            nodes.remove(stopping);
            CompletableFuture<Void> stop = CompletableFuture.runAsync(stopped::close);
            int next = 10;
            long slowest = 0;
            while (!stop.isDone() || next < 40) {
                long begin = System.nanoTime();
                send(producer, next++).get(20, TimeUnit.SECONDS);
                slowest = Math.max(slowest, System.nanoTime() - begin);
            }
            stop.join();
            assertThat(leader()).isNotEqualTo(stopping);
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(3));
            assertThat(values(next)).isEqualTo(numbers(0, next));
        }
    }

    @Test
    void shouldFollowTheStartOfTheLeadersLog() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            kill(3);
            sendAll(producer, 10, 30);
            deleteBefore(20);
            await(() -> startOn(2) == 20);
            start(3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 30, 31);
        }
        assertThat(startOn(3)).isEqualTo(20);
        assertThat(endOn(3)).isEqualTo(31);
        assertThat(values(11)).isEqualTo(numbers(20, 31));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    // ---- what happens to its disks

    private final HeldDisks disks = new HeldDisks();

    private void wipe(int node) throws IOException {
        try (Stream<Path> files = Files.walk(folder(node))) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private byte[] bytesOn(int node) throws IOException {
        return Files.readAllBytes(logFile(node));
    }

    private Path logFile(int node) {
        return folder(node).resolve("orders-0/00000000000000000000.log");
    }

    private void flipABit(int node, int position) throws IOException {
        try (var file = FileChannel.open(logFile(node), READ, WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            file.write(one, position);
        }
    }

    private void deleteBefore(long offset) throws Exception {
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
                        disks,
                        folder(node)));
    }

    private Path folder(int node) {
        return folder.resolve("node-" + node);
    }

    /** The coordinator hears of it no more, and neither does anybody else. */
    private void kill(int node) {
        TestNode killed = node(node);
        nodes.remove(node);
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

    private TestNode node(int id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    private Partition existing(int node) {
        return Objects.requireNonNull(partition(node(node)));
    }

    private static @Nullable Partition partition(TestNode node) {
        return node.node.runtime().registry().find(TOPIC, 0);
    }

    private long endOn(int node) {
        return ask(node, partition -> partition.log().logEndOffset());
    }

    private long startOn(int node) {
        return ask(node, partition -> partition.log().logStartOffset());
    }

    private double bytesOut(int node) {
        return node(node).meters.counter("tidemark.partition.bytes.out").count();
    }

    private long highWatermarkOn(int node) {
        return ask(node, partition -> partition.replica().highWatermark());
    }

    private <T> T ask(int node, Partition.Question<T> question) {
        return existing(node).ask(question).join();
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

    private KafkaProducer<byte[], byte[]> producer(String... settings) {
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

    private static void sendAll(KafkaProducer<byte[], byte[]> producer, int from, int to)
            throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            sent.add(send(producer, i));
        }
        for (Future<RecordMetadata> record : sent) {
            record.get(20, TimeUnit.SECONDS);
        }
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
