package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.classic.ClassicMemberships;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** As many patterns as large as may be, against many long names: minutes of work. */
class ManyPatternsTest {
    private static final int TOPICS = 60;
    private static final int GROUPS = 300;

    private final GroupTime time = new GroupTime();
    private final Deque<Runnable> aside = new ArrayDeque<>();
    private ClusterImage image = ClusterImage.empty();
    private final Groups groups =
            new Groups(
                    new GroupWorld(
                            time,
                            time,
                            new SeededEntropy(0),
                            new GroupRuntime(ManyPatternsTest::append, new GroupStates()),
                            () -> image,
                            new Patterns(() -> image, time, aside::add, Runnable::run),
                            GroupSettings.DEFAULTS),
                    new ClassicMemberships(),
                    new ConsumerGroups(GroupSettings.DEFAULTS));

    @Test
    void shouldAnswerOtherGroupsWhilePatternsAreMatched() {
        // Given
        List<Delta> created = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            created.add(topic("t".repeat(240) + i, i + 1));
        }
        image = image.apply(TOPICS, created);
        List<CompletableFuture<ConsumerGroupHeartbeatResponseData>> joining = new ArrayList<>();
        for (int i = 0; i < GROUPS; i++) {
            joining.add(send(pattern("[a-z]{1,480}" + i).setGroupId("bad-" + i)));
        }

        // Then: nothing was compiled or matched, and others are answered
        assertThat(aside).hasSize(1);
        assertThat(joining)
                .filteredOn(CompletableFuture::isDone)
                .allSatisfy(ManyPatternsTest::isBusy);
        assertThat(send(join("m", "t".repeat(240) + "1").setGroupId("good")).join().assignment())
                .isNotNull();
        assertThat(send(stay("m", 1).setGroupId("good")).join().errorCode()).isZero();

        // When
        CompletableFuture<ConsumerGroupHeartbeatResponseData> small =
                send(pattern("t+.").setGroupId("good too"));
        int turns = 0;
        while (!small.isDone()) {
            aside.remove().run();
            turns++;
        }

        // Then: it was not the last of them
        assertThat(turns).isLessThan(GROUPS);
        assertThat(small.join().assignment().topicPartitions()).hasSize(10);
        assertThat(joining.stream().filter(answer -> !answer.isDone()).count()).isGreaterThan(50);

        // When
        time.advanceMs(1_000);

        // Then: whoever is in has nothing yet, and a new topic comes to others at once
        assertThat(joining).allMatch(CompletableFuture::isDone);
        image = image.apply(TOPICS + 1, topic("tt", TOPICS + 1));
        groups.metadataChanged(List.of());
        aside.remove().run();
        aside.remove().run();
        assertThat(send(stay("m", 1).setGroupId("good too")).join().assignment().topicPartitions())
                .hasSize(11);
    }

    private static ChangeLog.Appended append(List<GroupChange> changes) {
        return new ChangeLog.Taken(CompletableFuture.completedFuture(null));
    }

    private static void isBusy(CompletableFuture<ConsumerGroupHeartbeatResponseData> answer) {
        assertThat(answer.join().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.number());
    }

    private CompletableFuture<ConsumerGroupHeartbeatResponseData> send(
            ConsumerGroupHeartbeatRequestData request) {
        return groups.members().consumerHeartbeat(TestGroup.CALLER, request).toCompletableFuture();
    }

    private static ConsumerGroupHeartbeatRequestData pattern(String regex) {
        return PatternMatchingTest.pattern("m", regex);
    }

    private static Delta topic(String name, int version) {
        return new Delta.TopicCreated(
                new TopicImage(
                        new Uuid(7, version),
                        name,
                        List.of(new PartitionImage(0, 1, 0, 0, List.of(1), List.of(1))),
                        Map.of(),
                        version));
    }
}
