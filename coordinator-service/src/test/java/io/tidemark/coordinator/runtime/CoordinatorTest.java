package io.tidemark.coordinator.runtime;

import static io.tidemark.coordinator.runtime.RunningCoordinator.LONG_SESSION_MS;
import static io.tidemark.coordinator.runtime.RunningCoordinator.await;
import static io.tidemark.coordinator.runtime.RunningCoordinator.join;
import static io.tidemark.coordinator.runtime.RunningCoordinator.registration;
import static io.tidemark.coordinator.runtime.RunningCoordinator.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real coordinator over a real Raft log on disk, one alone. */
class CoordinatorTest {
    @TempDir Path folder;

    @Test
    void shouldGiveANewClusterAnIdAndKeepItOverARestart() throws Exception {
        String clusterId;
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            clusterId = coordinator.image().clusterId();
            assertThat(clusterId).hasSize(22);
        }
        try (Coordinator again = RunningCoordinator.alone(folder)) {
            assertThat(again.image().clusterId()).isEqualTo(clusterId);
        }
    }

    @Test
    void shouldGiveANewClusterItsDefaults() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            assertThat(coordinator.image().nodeConfig(""))
                    .containsEntry("log.retention.ms", "86400000");
            await(
                    coordinator.submit(
                            new Command.AlterNodeConfigs(
                                    "",
                                    List.of(
                                            new Command.ConfigChange(
                                                    "log.retention.ms",
                                                    Command.ConfigChange.Operation.SET,
                                                    "1000")),
                                    false)));
        }
        try (Coordinator again = RunningCoordinator.alone(folder)) {
            assertThat(again.image().nodeConfig(""))
                    .as("only a new one gets them")
                    .containsEntry("log.retention.ms", "1000");
        }
    }

    @Test
    void shouldAnswerNothingOnceItIsClosed() throws Exception {
        Coordinator coordinator = RunningCoordinator.alone(folder);
        assertThat(coordinator.isReady()).isTrue();
        coordinator.close();
        assertThat(coordinator.isReady()).isFalse();
        assertThatThrownBy(() -> await(coordinator.submit(topic("late", 1))))
                .hasStackTraceContaining("stopping");
        coordinator.close();
    }

    @Test
    void shouldTellListenersOfEveryChangeInOrder() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            // Given
            BlockingQueue<ClusterImage> images = new LinkedBlockingQueue<>();
            ControlPlane.Subscription subscription =
                    coordinator.subscribe((image, deltas) -> images.add(image));
            ClusterImage first = images.poll(5, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(first.clusterId()).isNotEmpty();
            // When
            join(coordinator, 1);
            await(coordinator.submit(topic("orders", 2)));
            // Then
            ClusterImage last = awaitImage(images, image -> image.topic("orders").isPresent());
            assertThat(last.version()).isGreaterThan(first.version());
            assertThat(last.topic("orders").orElseThrow().partitions())
                    .allMatch(partition -> partition.leader() == 1);
            // And nothing more after it was closed
            subscription.close();
            await(coordinator.submit(topic("payments", 1)));
            assertThat(images.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void shouldRecoverTheSameImageAfterAnAbruptStop() throws Exception {
        // Given a coordinator that still runs while its folder is copied
        Path copy = folder.resolve("copy");
        ClusterImage before;
        try (Coordinator coordinator = RunningCoordinator.alone(folder.resolve("raft"))) {
            join(coordinator, 1);
            for (int i = 0; i < 50; i++) {
                await(coordinator.submit(topic("topic-" + i, 3)));
            }
            before = coordinator.image();
            copyTree(folder.resolve("raft"), copy);
        }
        // When
        try (Coordinator revived = RunningCoordinator.alone(copy)) {
            // Then
            assertThat(revived.image()).isEqualTo(before);
            assertThat(revived.image().stateHash()).isEqualTo(before.stateHash());
        }
    }

    @Test
    void shouldTakeSnapshotsAndPurgeTheLogBeforeThem() throws Exception {
        ClusterImage before;
        try (Coordinator coordinator = RunningCoordinator.alone(folder, 100, LONG_SESSION_MS)) {
            join(coordinator, 1);
            for (int i = 0; i < 450; i++) {
                await(coordinator.submit(topic("topic-" + i, 1)));
            }
            before = coordinator.image();
        }
        assertThat(filesNamed("snapshot\\.\\d+_\\d+")).hasSizeBetween(1, 2);
        assertThat(filesNamed("log_0-.*")).isEmpty();
        try (Coordinator again = RunningCoordinator.alone(folder, 100, LONG_SESSION_MS)) {
            assertThat(again.image()).isEqualTo(before);
        }
    }

    @Test
    void shouldRefuseAFolderThatAnotherProcessUses() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            assertThat(coordinator.isReady()).isTrue();
            assertThatThrownBy(() -> RunningCoordinator.alone(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another process")
                    .hasMessageContaining(folder.toString());
        }
    }

    @Test
    void shouldFenceASilentNodeAndGiveItsPartitionsBackWhenItReturns() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder, 10_000, 600)) {
            // Given
            BlockingQueue<ClusterImage> images = new LinkedBlockingQueue<>();
            coordinator.subscribe((image, deltas) -> images.add(image));
            long epoch = join(coordinator, 1);
            await(coordinator.submit(topic("orders", 1)));
            // When it falls silent
            ClusterImage fenced =
                    awaitImage(images, image -> image.topics().size() == 1 && isFenced(image, 1));
            // Then
            PartitionImage orphan = only(fenced);
            assertThat(orphan.leader()).isEqualTo(PartitionImage.NO_LEADER);
            assertThat(orphan.isr()).containsExactly(1);
            // When it is heard again
            State state =
                    await(
                                    coordinator.heartbeat(
                                            new ControlPlane.Heartbeat(1, epoch, fenced.version())))
                            .state();
            // Then
            assertThat(state).isEqualTo(State.ACTIVE);
            ClusterImage back = awaitImage(images, image -> !isFenced(image, 1));
            assertThat(only(back).leader()).isEqualTo(1);
            assertThat(only(back).leaderEpoch()).isEqualTo(orphan.leaderEpoch() + 1);
        }
    }

    @Test
    void shouldLetARestartedProcessTakeItsNodeIdOverAtOnce() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            long first = join(coordinator, 1);
            long second = join(coordinator, 1);
            assertThat(second).isGreaterThan(first);
            assertThat(
                            await(
                                            coordinator.heartbeat(
                                                    new ControlPlane.Heartbeat(
                                                            1, first, Long.MAX_VALUE)))
                                    .state())
                    .isEqualTo(State.STALE_EPOCH);
        }
    }

    @Test
    void shouldRefuseANodeIdThatALivingProcessHas() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            // Given a node that beats all the time
            long epoch = join(coordinator, 1);
            ControlPlane.Heartbeat beat = new ControlPlane.Heartbeat(1, epoch, Long.MAX_VALUE);
            CompletableFuture<CommandResult> intruder =
                    coordinator.submit(registration(1, Uuid.randomUuid())).toCompletableFuture();
            // When
            while (!intruder.isDone()) {
                assertThat(await(coordinator.heartbeat(beat)).state()).isEqualTo(State.ACTIVE);
            }
            // Then
            assertThat(intruder.get())
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> {
                                assertThat(rejected.error()).isEqualTo((short) 101);
                                assertThat(rejected.message())
                                        .contains("Node id 1 is taken by a living process");
                            });
        }
    }

    @Test
    void shouldGiveARecreatedTopicAnotherId() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            join(coordinator, 1);
            Uuid first = created(coordinator, "orders").id();
            await(
                    coordinator.submit(
                            new Command.DeleteTopic(Optional.of("orders"), Optional.empty())));
            assertThat(coordinator.image().topic(first)).isEmpty();
            TopicImage again = created(coordinator, "orders");
            assertThat(again.id()).isNotEqualTo(first);
            assertThat(coordinator.image().topic("orders")).contains(again);
        }
    }

    @Test
    void shouldWriteNothingForWhatChangesNothing() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            join(coordinator, 1);
            long version = coordinator.image().version();
            assertThat(await(coordinator.submit(topic("no spaces!", 1))))
                    .isInstanceOf(CommandResult.Rejected.class);
            assertThat(
                            await(
                                    coordinator.submit(
                                            new Command.CreateTopic(
                                                    "orders", 1, 1, List.of(), Map.of(), true))))
                    .isInstanceOf(CommandResult.TopicCreated.class);
            assertThat(coordinator.image().version()).isEqualTo(version);
            created(coordinator, "orders");
            assertThat(coordinator.image().version()).isGreaterThan(version);
        }
    }

    @Test
    void shouldGiveEveryProducerIdOnceFromManyThreads() throws Exception {
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            long epoch = join(coordinator, 1);
            List<CompletableFuture<CommandResult>> blocks =
                    Stream.generate(
                                    () ->
                                            coordinator
                                                    .submit(
                                                            new Command.AllocateProducerIds(
                                                                    1, epoch))
                                                    .toCompletableFuture())
                            .limit(100)
                            .toList();
            List<Long> firsts = new ArrayList<>();
            for (CompletableFuture<CommandResult> block : blocks) {
                firsts.add(((CommandResult.ProducerIds) await(block)).first());
            }
            assertThat(firsts).doesNotHaveDuplicates().allMatch(first -> first % 1_000 == 0);
        }
    }

    @Test
    void shouldHoldTenThousandTopicsOverARestart() throws Exception {
        // Given
        ClusterImage before;
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            join(coordinator, 1);
            long startedNanos = System.nanoTime();
            for (int i = 0; i < 10_000; i += 100) {
                List<CompletableFuture<CommandResult>> batch = new ArrayList<>();
                for (int j = i; j < i + 100; j++) {
                    batch.add(coordinator.submit(topic("topic-" + j, 1)).toCompletableFuture());
                }
                for (CompletableFuture<CommandResult> result : batch) {
                    assertThat(await(result)).isInstanceOf(CommandResult.TopicCreated.class);
                }
            }
            System.out.printf(
                    "10,000 topics in %d ms%n", (System.nanoTime() - startedNanos) / 1_000_000);
            before = coordinator.image();
            assertThat(before.topics()).hasSize(10_000);
        }
        // When
        try (Coordinator again = RunningCoordinator.alone(folder)) {
            // Then
            assertThat(again.image().stateHash()).isEqualTo(before.stateHash());
            assertThat(again.image()).isEqualTo(before);
        }
    }

    @Test
    void shouldFailWhatIsAskedAfterItsEnd() throws Exception {
        Coordinator coordinator = RunningCoordinator.alone(folder);
        coordinator.close();
        AtomicInteger told = new AtomicInteger();
        coordinator.subscribe((image, deltas) -> told.incrementAndGet());
        assertThatThrownBy(() -> await(coordinator.submit(topic("orders", 1))))
                .hasCauseInstanceOf(IOException.class);
        assertThat(told).hasValue(0);
    }

    private static TopicImage created(Coordinator coordinator, String name) throws Exception {
        return ((CommandResult.TopicCreated) await(coordinator.submit(topic(name, 1)))).topic();
    }

    private static boolean isFenced(ClusterImage image, int nodeId) {
        return image.node(nodeId).orElseThrow().fenced();
    }

    private static PartitionImage only(ClusterImage image) {
        return image.topics().values().iterator().next().partitions().getFirst();
    }

    private static ClusterImage awaitImage(
            BlockingQueue<ClusterImage> images, Predicate<ClusterImage> wanted)
            throws InterruptedException {
        while (true) {
            ClusterImage image = images.poll(10, TimeUnit.SECONDS);
            assertThat(image).as("an image within 10 s").isNotNull();
            if (image.nodes().containsKey(1) && wanted.test(image)) {
                return image;
            }
        }
    }

    private List<Path> filesNamed(String pattern) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().matches(pattern)).toList();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(
                    path -> {
                        try {
                            Files.copy(path, to.resolve(from.relativize(path).toString()));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
