package io.tidemark.coordinator.runtime;

import static io.tidemark.coordinator.runtime.RunningCoordinator.await;
import static io.tidemark.coordinator.runtime.RunningCoordinator.join;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.coordinator.CoordinatorMeters;
import io.tidemark.coordinator.quorum.QuorumSettings;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real coordinator whose wall clock is wrong and jumps, with nodes that come and go. */
class CoordinatorElectionTest {
    @TempDir Path folder;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ListAppender<ILoggingEvent> journal = new ListAppender<>();
    private final BlockingQueue<ClusterImage> images = new LinkedBlockingQueue<>();
    private final CommandObserver commands = CoordinatorMeters.commands(meters);
    private Coordinator coordinator;
    private long epoch1;
    private long epoch2;

    @BeforeEach
    void start() throws Exception {
        journal.start();
        ((Logger) LoggerFactory.getLogger(Journal.class)).addAppender(journal);
        QuorumSettings alone =
                new QuorumSettings(
                        folder,
                        "1",
                        List.of(new QuorumSettings.Peer("1", "127.0.0.1", 0)),
                        Duration.ofMillis(300),
                        10_000,
                        2);
        coordinator =
                RunningCoordinator.member(
                        alone,
                        RunningCoordinator.LONG_SESSION_MS,
                        new CoordinatorSettings.Rebalance(100, 0.1),
                        jumping(),
                        commands);
        coordinator.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
        epoch1 = join(coordinator, 1);
        epoch2 = join(coordinator, 2);
        coordinator.subscribe((image, deltas) -> images.add(image));
        await(
                coordinator.submit(
                        new Command.CreateTopic(
                                "x", -1, -1, List.of(List.of(1, 2)), Map.of(), false)));
    }

    @AfterEach
    void stop() {
        coordinator.close();
        ((Logger) LoggerFactory.getLogger(Journal.class)).detachAppender(journal);
    }

    /** An hour ahead, then an hour behind, and so on. */
    private static Clock jumping() {
        AtomicLong asked = new AtomicLong();
        return new Clock() {
            @Override
            public long wallMs() {
                long hourMs = 3_600_000;
                return Clock.system().wallMs()
                        + (asked.incrementAndGet() % 2 == 0 ? hourMs : -hourMs);
            }

            @Override
            public long nanos() {
                return Clock.system().nanos();
            }
        };
    }

    @Test
    void shouldReturnLeadershipToThePreferredLeaderByItself() throws Exception {
        // Given
        await(coordinator.submit(new Command.DrainNode(1, epoch1, true)));
        PartitionImage led = until(partition -> partition.leader() == 2);
        await(coordinator.submit(new Command.DrainNode(1, epoch1, false)));
        // When it is in sync again
        Command.IsrChange grown =
                new Command.IsrChange(
                        id().topicId(),
                        0,
                        led.leaderEpoch(),
                        led.partitionEpoch(),
                        List.of(
                                new Command.IsrMember(1, epoch1),
                                new Command.IsrMember(2, epoch2)));
        await(coordinator.submit(new Command.AlterIsr(2, epoch2, List.of(grown))));
        // Then
        until(partition -> partition.leader() == 1);
    }

    @Test
    void shouldTellTheLogAndTheMetricsOfAnUncleanElection() throws Exception {
        // Given
        await(coordinator.submit(new Command.SetNodeFenced(2, epoch2, true)));
        await(coordinator.submit(new Command.SetNodeFenced(1, epoch1, true)));
        await(coordinator.submit(new Command.SetNodeFenced(2, epoch2, false)));
        until(partition -> partition.leader() == PartitionImage.NO_LEADER);
        // When
        CommandResult result =
                await(
                        coordinator.submit(
                                new Command.ElectLeaders(
                                        Election.UNCLEAN, List.of(id()), "User:anna from a test")));
        // Then
        assertThat(result).isInstanceOf(CommandResult.PartitionsAltered.class);
        until(partition -> partition.leader() == 2);
        assertThat(journal.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("AUDIT unclean election: node 2 leads x-0")
                                        .endsWith("as User:anna from a test asked"));
        assertThat(
                        meters.get("tidemark.coordinator.elections")
                                .tag("kind", "unclean")
                                .counter()
                                .count())
                .isEqualTo(1);
        assertThat(CoordinatorMeters.uncleanElections(commands)).isEqualTo(1);
    }

    private PartitionId id() {
        TopicImage topic = coordinator.image().topic("x").orElseThrow();
        return new PartitionId(topic.id(), 0);
    }

    private PartitionImage until(Predicate<PartitionImage> condition) throws Exception {
        while (true) {
            ClusterImage image = images.poll(20, TimeUnit.SECONDS);
            assertThat(image).as("a change within 20 s").isNotNull();
            List<PartitionImage> partitions =
                    image.topic("x").map(TopicImage::partitions).orElse(List.of());
            if (!partitions.isEmpty() && condition.test(partitions.getFirst())) {
                return partitions.getFirst();
            }
        }
    }
}
