package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeReplicaLogDirsResult.ReplicaLogDirInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas move between the log directories of a node, asked for by Kafka's admin client. */
@Timeout(240)
class ReplicaMovesIT {
    private static final String TOPIC = "orders";
    private static final TopicPartitionReplica REPLICA = new TopicPartitionReplica(TOPIC, 0, 1);
    private static final String RATE = "replica.alter.log.dirs.io.max.bytes.per.second";

    @TempDir Path folder;
    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();

    @Test
    void shouldMoveAReplicaWhileItIsWritten() throws Exception {
        try (TestNode node = start();
                Admin admin = admin(node);
                KafkaProducer<String, String> producer = producer(node)) {
            create(admin);
            List<String> sent = new ArrayList<>(send(producer, 0, 2_000));
            Path from = place(admin);
            Path to = other(from);

            move(admin, to);
            List<Future<RecordMetadata>> acks = new ArrayList<>();
            int next = 2_000;
            while (!place(admin).equals(to) || next < 4_000) {
                String value = "v" + next++;
                sent.add(value);
                acks.add(producer.send(new ProducerRecord<>(TOPIC, 0, null, value)));
            }
            for (Future<RecordMetadata> ack : acks) {
                ack.get();
            }

            assertThat(read(node, sent.size())).isEqualTo(sent);
            await(() -> folders(from).isEmpty());
            assertThat(folders(to)).containsExactly(TOPIC + "-0");
        }
        // And after a restart it is there, alone
        try (TestNode node = start();
                Admin admin = admin(node)) {
            assertThat(folders(place(admin))).containsExactly(TOPIC + "-0");
            assertThat(folders(other(place(admin)))).isEmpty();
            assertThat(node.fatal).isEmpty();
        }
    }

    @Test
    void shouldShowAMoveAndGoOnWithItAfterARestart() throws Exception {
        Path from;
        List<String> sent;
        try (TestNode node = start();
                Admin admin = admin(node);
                KafkaProducer<String, String> producer = producer(node)) {
            create(admin);
            sent = send(producer, 0, 3_000);
            from = place(admin);
            throttle(admin, "1");

            move(admin, other(from));

            ReplicaLogDirInfo info = info(admin);
            assertThat(info.getFutureReplicaLogDir()).isEqualTo(other(from).toString());
            assertThat(info.getFutureReplicaOffsetLag()).isPositive();
            assertThat(info.getCurrentReplicaLogDir()).isEqualTo(from.toString());
            assertThat(folders(other(from))).singleElement().asString().endsWith("-future");
        }
        try (TestNode node = start();
                Admin admin = admin(node)) {
            assertThat(info(admin).getCurrentReplicaLogDir()).isEqualTo(from.toString());
            throttle(admin, "0");
            Path to = other(from);
            await(() -> place(admin).equals(to));
            assertThat(read(node, sent.size())).isEqualTo(sent);
            assertThat(info(admin).getFutureReplicaLogDir()).isNull();
        }
    }

    @Test
    void shouldEndAMoveThatIsNotWantedAnyMore() throws Exception {
        try (TestNode node = start();
                Admin admin = admin(node);
                KafkaProducer<String, String> producer = producer(node)) {
            create(admin);
            List<String> sent = send(producer, 0, 3_000);
            Path from = place(admin);
            throttle(admin, "1");
            move(admin, other(from));

            move(admin, from);

            assertThat(info(admin).getFutureReplicaLogDir()).isNull();
            assertThat(folders(other(from))).isEmpty();
            assertThat(read(node, sent.size())).isEqualTo(sent);
        }
    }

    @Test
    void shouldRemoveTheCopyOfATopicThatIsDeleted() throws Exception {
        try (TestNode node = start();
                Admin admin = admin(node);
                KafkaProducer<String, String> producer = producer(node)) {
            create(admin);
            send(producer, 0, 3_000);
            Path from = place(admin);
            throttle(admin, "1");
            move(admin, other(from));

            admin.deleteTopics(List.of(TOPIC)).all().get();

            await(() -> folders(from).isEmpty() && folders(other(from)).isEmpty());
        }
    }

    @Test
    void shouldRefuseADirectoryThatThereIsNot() throws Exception {
        try (TestNode node = start();
                Admin admin = admin(node)) {
            create(admin);
            assertThat(refusal(admin, folder.resolve("c")))
                    .isInstanceOf(LogDirNotFoundException.class);
        }
    }

    private static Throwable refusal(Admin admin, Path to) throws Exception {
        try {
            move(admin, to);
            return new AssertionError("it was not refused");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    private TestNode start() throws IOException {
        return TestNode.start(controlPlane, 2, folder.resolve("a"), folder.resolve("b"));
    }

    private static Admin admin(TestNode node) {
        return Admin.create(Map.of("bootstrap.servers", node.bootstrap));
    }

    private static void create(Admin admin) throws Exception {
        admin.createTopics(
                        List.of(
                                new NewTopic(TOPIC, 1, (short) 1)
                                        .configs(Map.of("segment.bytes", "1048576"))))
                .all()
                .get();
    }

    private static void move(Admin admin, Path to) throws Exception {
        admin.alterReplicaLogDirs(Map.of(REPLICA, to.toString())).all().get();
    }

    private static void throttle(Admin admin, String rate) throws Exception {
        admin.incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.BROKER, "1"),
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry(RATE, rate),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static ReplicaLogDirInfo info(Admin admin) throws Exception {
        return Objects.requireNonNull(
                admin.describeReplicaLogDirs(List.of(REPLICA)).all().get().get(REPLICA));
    }

    private static Path place(Admin admin) throws Exception {
        return Path.of(info(admin).getCurrentReplicaLogDir());
    }

    private Path other(Path directory) {
        return folder.resolve(directory.endsWith("a") ? "b" : "a").toAbsolutePath();
    }

    private static List<String> folders(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }

    private static List<String> send(KafkaProducer<String, String> producer, int from, int to)
            throws Exception {
        List<String> sent = new ArrayList<>();
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String value = "v" + i + "x".repeat(1_000);
            sent.add(value);
            acks.add(producer.send(new ProducerRecord<>(TOPIC, 0, null, value)));
        }
        for (Future<RecordMetadata> ack : acks) {
            ack.get();
        }
        return sent;
    }

    private static List<String> read(TestNode node, int count) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", node.bootstrap),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            while (values.size() < count) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
            return values;
        }
    }

    private static KafkaProducer<String, String> producer(TestNode node) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrap, "enable.idempotence", "true"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
