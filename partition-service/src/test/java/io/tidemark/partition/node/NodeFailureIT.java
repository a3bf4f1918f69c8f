package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.FileDisk;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.partition.storage.UnusableFolderException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node does when its disks, its session or its folder fail. */
@Timeout(180)
class NodeFailureIT {
    @TempDir Path folder;

    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private final Set<Path> broken = ConcurrentHashMap.newKeySet();

    @Test
    void shouldLoseOnlyThePartitionsOfADirectoryThatFails() throws Exception {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        try (TestNode node = TestNode.start(controlPlane, 2, this::breakable, a, b);
                var producer = producer(node)) {
            create(node, "spread", 2);
            send(producer, "spread", 0);
            send(producer, "spread", 1);
            int onA = Files.exists(a.resolve("spread-0")) ? 0 : 1;
            assertThat(a.resolve("spread-" + onA)).isDirectory();
            assertThat(b.resolve("spread-" + (1 - onA))).isDirectory();

            broken.add(a);

            assertThatThrownBy(() -> send(producer, "spread", onA))
                    .isInstanceOf(ExecutionException.class);
            send(producer, "spread", 1 - onA);
            assertThat(count(node, "spread", 1 - onA)).isEqualTo(2);
            assertThat(node.fatal).isEmpty();
            assertThat(node.node.runtime().directories().online())
                    .extracting(LogDirectory::path)
                    .containsExactly(b);
        }
    }

    @Test
    void shouldLeadAgainWhatADirectoryHadThatWasAwayForAWhile() throws Exception {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        int onA;
        try (TestNode node = TestNode.start(controlPlane, 2, a, b);
                var producer = producer(node)) {
            create(node, "spread", 2);
            send(producer, "spread", 0);
            send(producer, "spread", 1);
            onA = Files.exists(a.resolve("spread-0")) ? 0 : 1;
        }
        int lost = onA;
        // Given a start without one of the two
        Path away = folder.resolve("away");
        Files.move(a, away);
        Files.writeString(a, "what is here is no folder");
        try (TestNode node = TestNode.start(controlPlane, 2, a, b)) {
            // Then what is in the other is led on
            await(() -> controlPlane.leader("spread", 1 - onA) == 1);
            assertThat(count(node, "spread", 1 - onA)).isEqualTo(1);
            await(() -> controlPlane.leader("spread", lost) == PartitionImage.NO_LEADER);
            assertThat(node.node.runtime().directories().leftOut()).containsOnlyKeys(a);
        }
        // When an empty one is put in its place, no empty log passes for what was there
        Files.delete(a);
        try (TestNode node = TestNode.start(controlPlane, 2, a, b)) {
            await(() -> controlPlane.leader("spread", 1 - onA) == 1);
            assertThat(a.resolve("spread-" + onA)).doesNotExist();
            await(() -> controlPlane.leader("spread", lost) == PartitionImage.NO_LEADER);
            assertThat(node.fatal).isEmpty();
        }
        // And when it is back, so is its leader
        Files.move(a, folder.resolve("empty"));
        Files.move(away, a);
        try (TestNode node = TestNode.start(controlPlane, 2, a, b);
                var producer = producer(node)) {
            await(() -> controlPlane.leader("spread", onA) == 1);
            assertThat(count(node, "spread", onA)).isEqualTo(1);
            send(producer, "spread", onA);
            assertThat(count(node, "spread", onA)).isEqualTo(2);
        }
    }

    @Test
    void shouldSayThatItCannotGoOnWhenTheLastDirectoryFails() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, this::breakable, folder);
                var producer = producer(node)) {
            create(node, "only", 1);
            send(producer, "only", 0);

            broken.add(folder);

            assertThatThrownBy(() -> send(producer, "only", 0))
                    .isInstanceOf(ExecutionException.class);
            assertThat(node.fatal.poll(10, TimeUnit.SECONDS))
                    .contains("Every log directory has failed")
                    .contains(folder.toString());
        }
    }

    @Test
    void shouldServeNothingWhileItsSessionIsLost() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, folder);
                var producer = producer(node)) {
            create(node, "fenced", 1);
            send(producer, "fenced", 0);

            controlPlane.answerHeartbeats(HeartbeatReply.State.FENCED);
            await(() -> !node.node.runtime().active());
            assertThatThrownBy(() -> send(producer, "fenced", 0))
                    .hasCauseInstanceOf(TimeoutException.class);

            controlPlane.answerHeartbeats(HeartbeatReply.State.ACTIVE);
            await(() -> node.node.runtime().active());
            try (var later = producer(node)) {
                send(later, "fenced", 0);
            }
        }
    }

    @Test
    void shouldStopWhenAnotherProcessTookItsId() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, folder)) {
            controlPlane.answerHeartbeats(HeartbeatReply.State.STALE_EPOCH);

            assertThat(node.fatal.poll(10, TimeUnit.SECONDS)).contains("Another process");
        }
    }

    @Test
    void shouldRefuseToStartOnAFolderInUse() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, folder)) {
            assertThat(node.bootstrap).isNotEmpty();
            assertThatThrownBy(() -> TestNode.start(controlPlane, 1, folder))
                    .isInstanceOf(UnusableFolderException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void shouldFreeTheDiskWhenATopicIsDeleted() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, folder)) {
            create(node, "short-lived", 3);
            try (var producer = producer(node)) {
                send(producer, "short-lived", 2);
            }
            try (Admin admin = Admin.create(settings(node))) {
                admin.deleteTopics(List.of("short-lived")).all().get();
            }
            await(() -> folders("short-lived").isEmpty());
        }
    }

    @Test
    void shouldKeepTheLogOfATopicThatNobodyKnowsAsAStray() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 1, folder);
                var producer = producer(node)) {
            create(node, "orphan", 1);
            send(producer, "orphan", 0);
        }
        try (TestNode node = TestNode.start(new InMemoryControlPlane(), 1, folder)) {
            assertThat(node.node.runtime().registry().all()).isEmpty();
        }
        assertThat(folders("orphan")).singleElement().asString().endsWith("-stray");
    }

    private List<Path> folders(String topic) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().startsWith(topic)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A disk whose files refuse to be forced once its folder is declared broken. */
    private Disk breakable(Path path) throws IOException {
        Disk disk = new FileDisk(path);
        return (Disk)
                Proxy.newProxyInstance(
                        Disk.class.getClassLoader(),
                        new Class<?>[] {Disk.class},
                        (proxy, method, arguments) -> {
                            Object result = invoke(method, disk, arguments);
                            return result instanceof DiskFile file ? breakable(path, file) : result;
                        });
    }

    private DiskFile breakable(Path path, DiskFile file) {
        return (DiskFile)
                Proxy.newProxyInstance(
                        DiskFile.class.getClassLoader(),
                        new Class<?>[] {DiskFile.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("force") && broken.contains(path)) {
                                throw new IOException("Input/output error");
                            }
                            return invoke(method, file, arguments);
                        });
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void create(TestNode node, String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(settings(node))) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1})).get();
    }

    private static int count(TestNode node, String topic, int partition) {
        try (var consumer =
                new KafkaConsumer<>(
                        settings(node), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition wanted = new TopicPartition(topic, partition);
            consumer.assign(List.of(wanted));
            Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(wanted));
            return Math.toIntExact(ends.getOrDefault(wanted, -1L));
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(TestNode node) {
        Properties settings = settings(node);
        settings.put("delivery.timeout.ms", "2500");
        settings.put("request.timeout.ms", "1500");
        settings.put("max.block.ms", "2500");
        settings.put("linger.ms", "0");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Properties settings(TestNode node) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", node.bootstrap);
        return settings;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }
}
