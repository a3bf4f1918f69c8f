package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.classic.ClassicMemberships;
import io.tidemark.coordinator.group.consumer.ConsumerGroups;
import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.json.MetadataJson;
import io.tidemark.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two coordinators of one log, whose leader changes under load. */
class GroupCoordinatorTest {
    private static final Caller CLIENT = new Caller("client", "/10.0.0.7", (short) 9);

    private final ModelQuorum.Log log = new ModelQuorum.Log();
    private final Member first = new Member("1");
    private final Member second = new Member("2");

    /** Loses answers, and holds entries of groups back, on demand. */
    private static final class UnreliableQuorum extends LockedQuorum {
        private final Object lock;
        private final List<CompletableFuture<byte[]>> lost = new ArrayList<>();
        private boolean losing;
        private boolean held;
        private int proposals;

        UnreliableQuorum(ModelQuorum model, Object lock) {
            super(model, lock);
            this.lock = lock;
        }

        @Override
        public CompletionStage<byte[]> propose(byte[] entry) {
            synchronized (lock) {
                if (GroupEntries.isEntry(entry)) {
                    proposals++;
                }
                if (held && GroupEntries.isEntry(entry)) {
                    CompletableFuture<byte[]> waiting = new CompletableFuture<>();
                    lost.add(waiting);
                    return waiting.thenCompose(go -> super.propose(entry));
                }
                CompletionStage<byte[]> answer = super.propose(entry);
                if (losing && GroupEntries.isEntry(entry)) {
                    losing = false;
                    return CompletableFuture.failedFuture(new IOException("The answer was lost"));
                }
                return answer;
            }
        }

        void release() {
            synchronized (lock) {
                held = false;
                lost.forEach(waiting -> waiting.complete(new byte[0]));
                lost.clear();
            }
        }
    }

    private final class Member {
        final ModelQuorum model;
        final UnreliableQuorum quorum;
        final Coordinator coordinator;
        final AtomicInteger entries = new AtomicInteger();
        final AtomicInteger changes = new AtomicInteger();

        Member(String id) {
            model = new ModelQuorum(log, id);
            quorum = new UnreliableQuorum(model, log);
            coordinator =
                    new Coordinator(
                            quorum,
                            new CoordinatorSettings(
                                    id,
                                    new NodeSessions.Timing(100, 60_000),
                                    Optional.empty(),
                                    10_000,
                                    CoordinatorSettings.Rebalance.NEVER,
                                    600_000,
                                    Map.of()),
                            Clock.system(),
                            new SystemEntropy(),
                            CommandObserver.NONE,
                            new GroupParts(
                                    new ClassicMemberships(),
                                    new ConsumerGroups(GroupSettings.DEFAULTS),
                                    GroupSettings.DEFAULTS,
                                    (count, bytes, nanos) -> {
                                        entries.incrementAndGet();
                                        changes.addAndGet(count);
                                    }),
                            new OwnedThreads(reason -> {}));
        }

        void lead() throws Exception {
            quorum.lead();
            coordinator.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
            RunningCoordinator.until(() -> fetch() >= -1);
        }

        CompletionStage<ErrorCode> commit(String group, long offset) {
            OffsetCommitRequestData request =
                    new OffsetCommitRequestData()
                            .setGroupId(group)
                            .setTopics(
                                    List.of(
                                            new OffsetCommitRequestTopic()
                                                    .setName("orders")
                                                    .setPartitions(
                                                            List.of(
                                                                    new OffsetCommitRequestPartition()
                                                                            .setPartitionIndex(0)
                                                                            .setCommittedOffset(
                                                                                    offset)))));
            return coordinator
                    .groups()
                    .ask(
                            api ->
                                    api.offsets()
                                            .commit(CLIENT, request)
                                            .thenApply(
                                                    r ->
                                                            ErrorCode.of(
                                                                    r.topics()
                                                                            .getFirst()
                                                                            .partitions()
                                                                            .getFirst()
                                                                            .errorCode())),
                            error -> error);
        }

        /** The committed offset of g, or an error's number less 1,000. */
        long fetch() {
            OffsetFetchRequestData request =
                    new OffsetFetchRequestData()
                            .setGroups(
                                    List.of(
                                            new OffsetFetchRequestGroup()
                                                    .setGroupId("g")
                                                    .setTopics(
                                                            List.of(
                                                                    new OffsetFetchRequestTopics()
                                                                            .setName("orders")
                                                                            .setPartitionIndexes(
                                                                                    List.of(0))))));
            return await(
                    coordinator
                            .groups()
                            .ask(
                                    api ->
                                            api.offsets()
                                                    .fetch(CLIENT, request)
                                                    .thenApply(
                                                            r ->
                                                                    r.groups()
                                                                                            .getFirst()
                                                                                            .errorCode()
                                                                                    != 0
                                                                            ? r.groups()
                                                                                            .getFirst()
                                                                                            .errorCode()
                                                                                    - 1_000L
                                                                            : r.groups()
                                                                                    .getFirst()
                                                                                    .topics()
                                                                                    .getFirst()
                                                                                    .partitions()
                                                                                    .getFirst()
                                                                                    .committedOffset()),
                                    error -> error.number() - 1_000L));
        }
    }

    @BeforeEach
    void start() throws Exception {
        first.coordinator.start();
        second.coordinator.start();
        first.lead();
        RunningCoordinator.join(first.coordinator, 1);
        await(
                first.coordinator.submit(
                        new Command.CreateTopic("orders", 1, 1, List.of(), Map.of(), false)));
    }

    @AfterEach
    void stop() {
        first.coordinator.close();
        second.coordinator.close();
    }

    @Test
    void shouldServeOnlyWhereItLeads() {
        assertThat(await(first.commit("g", 5))).isEqualTo(ErrorCode.NONE);
        assertThat(await(second.commit("g", 6))).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(first.fetch()).isEqualTo(5);
    }

    @Test
    void shouldGoOnWhereTheFormerLeaderStopped() throws Exception {
        await(first.commit("g", 5));
        first.quorum.resign();
        second.lead();

        assertThat(second.fetch()).isEqualTo(5);
        assertThat(await(second.commit("g", 6))).isEqualTo(ErrorCode.NONE);
        RunningCoordinator.until(() -> await(first.commit("g", 7)) == ErrorCode.NOT_COORDINATOR);
        synchronized (log) {
            first.model.catchUp();
        }
        assertThat(first.coordinator.groupsHash()).isEqualTo(second.coordinator.groupsHash());
        assertThat(first.coordinator.groupsHash()).isNotZero();
    }

    @Test
    void shouldLoadAnewWhereAnEntrysFateIsNotKnown() throws Exception {
        await(first.commit("g", 5));
        synchronized (log) {
            first.quorum.losing = true;
        }

        assertThat(await(first.commit("g", 6))).isEqualTo(ErrorCode.NOT_COORDINATOR);

        // The entry was in the log after all: what is read is what the log has
        RunningCoordinator.until(() -> first.fetch() >= 0);
        assertThat(first.fetch()).isEqualTo(6);
    }

    @Test
    void shouldGatherWhatComesWhileAnEntryIsUnderWay() {
        await(first.commit("g", 0));
        int entries = first.entries.get();
        synchronized (log) {
            first.quorum.held = true;
        }
        List<CompletionStage<ErrorCode>> commits = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            commits.add(first.commit("g" + i % 10, i));
        }
        // All have been decided when a question behind them is answered
        await(first.coordinator.groups().ask(api -> done(), error -> error));
        assertThat(commits).noneMatch(commit -> commit.toCompletableFuture().isDone());

        first.quorum.release();

        assertThat(commits).allMatch(commit -> await(commit) == ErrorCode.NONE);
        assertThat(first.changes.get()).isEqualTo(1_001);
        assertThat(first.entries.get() - entries).isLessThan(10);
    }

    @Test
    void shouldKeepGroupsInSnapshots() throws Exception {
        for (int i = 0; i < 300; i++) {
            await(first.commit("group-" + i, i));
        }
        GroupStates groups = new GroupStates();
        GroupStates restored = new GroupStates();
        MetadataReplica replica = replica(groups);
        new ModelQuorum(log, "reader").start(replica);
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();

        replica.writeSnapshot(snapshot);
        replica(restored).readSnapshot(new ByteArrayInputStream(snapshot.toByteArray()));

        assertThat(restored.size()).isEqualTo(300);
        assertThat(restored.stateHash())
                .isEqualTo(groups.stateHash())
                .isEqualTo(first.coordinator.groupsHash());
        replica(restored).reset();
        assertThat(restored.size()).isZero();
    }

    private static MetadataReplica replica(GroupStates groups) {
        return new MetadataReplica(new MetadataState(), groups, new MetadataFeed(), change -> {});
    }

    @Test
    void shouldReadSnapshotsOfBeforeThereWereGroups() throws Exception {
        var groups = new GroupStates();
        var state = new MetadataState();
        MetadataReplica replica =
                new MetadataReplica(state, groups, new MetadataFeed(), change -> {});

        replica.readSnapshot(
                new ByteArrayInputStream(MetadataJson.encode(first.coordinator.image())));

        assertThat(state.image()).isEqualTo(first.coordinator.image());
        assertThat(groups.size()).isZero();
    }

    private static CompletionStage<ErrorCode> done() {
        return CompletableFuture.completedFuture(ErrorCode.NONE);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
