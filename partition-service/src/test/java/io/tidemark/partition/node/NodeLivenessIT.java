package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.HandSetClock;
import io.tidemark.environment.thread.ThreadWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's thread that hangs is named, whichever it is, and nobody else. */
@Timeout(180)
class NodeLivenessIT {
    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private final HeldDisks disks = new HeldDisks();
    private final HandSetClock clock = new HandSetClock();
    private final ThreadWatch watch = new ThreadWatch(clock, Duration.ofSeconds(30));

    @TempDir Path folder;

    @Test
    void shouldNameALoopThatHangsAndASyncThatDoesNotEnd() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        try (TestNode node = TestNode.start(controlPlane, 2, disks, folder);
                var producer = producer(node)) {
            try {
                // Given
                node.node.runtime().watchedBy(watch);
                create(node);
                send(producer).get();
                awaitSilent(Set.of());

                // When
                EventExecutor loop = node.node.runtime().loops().iterator().next();
                loop.execute(release::join);

                // Then
                awaitSilent(Set.of("tidemark-loop-0"));
                release.complete(null);
                awaitSilent(Set.of());

                // And when a disk does not answer
                disks.hold(folder);
                send(producer);
                awaitOneSilent("tidemark-sync-0-");
                disks.release();
                awaitSilent(Set.of());
            } finally { // before the node is closed, which waits for its syncs
                release.complete(null);
                disks.release();
            }
        }
    }

    /** Time goes on until those are silent, but not so far that who is asked has no time. */
    private void awaitSilent(Set<String> expected) {
        await(silent -> silent.keySet().equals(expected), 40);
    }

    private void awaitOneSilent(String prefix) {
        await(
                silent ->
                        silent.size() == 1 && silent.keySet().iterator().next().startsWith(prefix),
                Integer.MAX_VALUE);
    }

    private void await(Predicate<Map<String, Long>> expected, int seconds) {
        for (int i = 0; i < Math.min(seconds, 40); i++) {
            clock.advance(Duration.ofSeconds(1));
            watch.silent();
            LockSupport.parkNanos(1_000_000);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Map<String, Long> silent = watch.silent();
        while (!expected.test(silent)) {
            assertThat(System.nanoTime()).as("silent: %s", silent).isLessThan(deadline);
            if (seconds == Integer.MAX_VALUE) {
                clock.advance(Duration.ofSeconds(1));
            }
            LockSupport.parkNanos(10_000_000);
            silent = watch.silent();
        }
    }

    private static void create(TestNode node) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap))) {
            admin.createTopics(
                            Set.of(
                                    new NewTopic("synced", 1, (short) 1)
                                            .configs(Map.of("flush.messages", "1"))))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(TestNode node) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static Future<?> send(KafkaProducer<byte[], byte[]> producer) {
        return producer.send(new ProducerRecord<>("synced", new byte[10]));
    }
}
