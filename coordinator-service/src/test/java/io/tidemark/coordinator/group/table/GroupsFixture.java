package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;

/** Groups, with a clock, a log and a cluster in the test's hands. */
final class GroupsFixture {
    static final short NEWEST = 9;
    static final Caller CLIENT = new Caller("client", "/10.0.0.7", NEWEST);

    final Time time = new Time();
    final HeldLog log = new HeldLog();
    final GroupStates stored = log.stored;
    final HeldMembership.Both classic = new HeldMembership.Both(true);
    final HeldMembership.Both consumer = new HeldMembership.Both(false);
    ClusterImage image = ClusterImage.empty();
    private final GroupSettings settings;
    Groups groups;

    GroupsFixture() {
        this(GroupSettings.DEFAULTS);
    }

    GroupsFixture(GroupSettings settings) {
        this.settings = settings;
        this.groups = start();
    }

    /** Groups as another coordinator would begin with them. */
    Groups start() {
        GroupWorld world =
                new GroupWorld(
                        time,
                        time,
                        new SeededEntropy(),
                        new GroupRuntime(log, stored.copy()),
                        () -> image,
                        new Patterns(() -> image, time, Runnable::run, Runnable::run),
                        settings);
        Groups fresh = new Groups(world, classic, consumer);
        fresh.load();
        return fresh;
    }

    /** A topic of so many partitions, whose id comes from its version. */
    Uuid createTopic(String name, int partitions) {
        Uuid id = new Uuid(7, image.version() + 1);
        List<PartitionImage> all =
                IntStream.range(0, partitions)
                        .mapToObj(i -> new PartitionImage(i, 1, 0, 0, List.of(1), List.of(1)))
                        .toList();
        change(
                new Delta.TopicCreated(
                        new TopicImage(id, name, all, Map.of(), image.version() + 1)));
        return id;
    }

    void deleteTopic(String name) {
        change(new Delta.TopicDeleted(image.topic(name).orElseThrow().id(), name));
    }

    private void change(Delta delta) {
        image = image.apply(image.version() + 1, delta);
        groups.metadataChanged(List.of(delta));
    }

    ErrorCode commit(String group, String topic, int partition, long offset) {
        return commit(CLIENT, request(group, topic, partition, offset));
    }

    ErrorCode commit(Caller caller, OffsetCommitRequestData request) {
        return ErrorCode.of(
                now(groups.offsets().commit(caller, request))
                        .topics()
                        .getFirst()
                        .partitions()
                        .getFirst()
                        .errorCode());
    }

    static OffsetCommitRequestData request(String group, String topic, int partition, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new OffsetCommitRequestTopic()
                                        .setName(topic)
                                        .setPartitions(
                                                List.of(
                                                        new OffsetCommitRequestPartition()
                                                                .setPartitionIndex(partition)
                                                                .setCommittedOffset(offset)
                                                                .setCommittedLeaderEpoch(3)
                                                                .setCommittedMetadata("note")))));
    }

    /** All offsets of a group, as {@code topic-partition=offset}. */
    List<String> offsets(String group) {
        OffsetFetchResponseGroup answer =
                now(groups.offsets()
                                .fetch(
                                        CLIENT,
                                        new OffsetFetchRequestData()
                                                .setGroups(
                                                        List.of(
                                                                new OffsetFetchRequestGroup()
                                                                        .setGroupId(group)
                                                                        .setTopics(null)))))
                        .groups()
                        .getFirst();
        List<String> found = new ArrayList<>();
        answer.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                p ->
                                                        found.add(
                                                                topic.name()
                                                                        + "-"
                                                                        + p.partitionIndex()
                                                                        + "="
                                                                        + p.committedOffset())));
        return found;
    }

    /** What must have been answered by now. */
    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    /** A log that makes changes durable at once, or when the test says so, or never. */
    static final class HeldLog implements ChangeLog {
        final GroupStates stored = new GroupStates();
        boolean held;

        /** Whether all changes are too large. */
        boolean refuses;

        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
        private final ArrayDeque<CompletableFuture<Void>> answers = new ArrayDeque<>();

        @Override
        public Appended append(List<GroupChange> changes) {
            if (refuses) {
                return new TooLarge(2, 1);
            }
            CompletableFuture<Void> durable = new CompletableFuture<>();
            waiting.add(() -> stored.apply(changes));
            answers.add(durable);
            if (!held) {
                release();
            }
            return new Taken(durable);
        }

        void release() {
            held = false;
            while (!waiting.isEmpty()) {
                waiting.remove().run();
                answers.remove().complete(null);
            }
        }

        void fail() {
            held = false;
            waiting.clear();
            List<CompletableFuture<Void>> failing = List.copyOf(answers);
            answers.clear();
            failing.forEach(
                    answer -> answer.completeExceptionally(new IOException("leads no more")));
        }
    }

    /** A clock that goes when the test says so, and its timers. */
    static final class Time implements Clock, Timers {
        private final PriorityQueue<Task> tasks =
                new PriorityQueue<>(Comparator.comparingLong(Task::atMs));
        private long nowMs = 1_000_000;

        private record Task(long atMs, Runnable action) {}

        @Override
        public long wallMs() {
            return nowMs;
        }

        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(nowMs);
        }

        @Override
        public Timer schedule(long delayMs, Runnable action) {
            Task task = new Task(nowMs + delayMs, action);
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        void pass(long ms) {
            long end = nowMs + ms;
            while (!tasks.isEmpty() && tasks.peek().atMs <= end) {
                Task task = tasks.remove();
                nowMs = task.atMs;
                task.action.run();
            }
            nowMs = end;
        }

        int timers() {
            return tasks.size();
        }
    }

    private static final class SeededEntropy implements Entropy {
        private final Random random = new Random(1);

        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public int nextInt(int bound) {
            return random.nextInt(bound);
        }
    }
}
