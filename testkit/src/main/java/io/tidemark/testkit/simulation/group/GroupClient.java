package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.environment.Entropy;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedNetwork;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A consumer in a group: it owns what it is given, moves on in it, and commits how far it came. How
 * it is a member is its protocol's affair.
 */
abstract class GroupClient extends SimulatedProcess {
    static final String TOPIC = "records";
    private static final short COMMIT_VERSION = 9;
    private static final short FETCH_VERSION = 9;
    private static final long CALL_MS = 2_000;
    private static final long COMMIT_MS = 700;

    protected final String group;
    protected final Entropy entropy;
    private final World world;
    private final Map<Integer, Long> positions = new TreeMap<>();
    private int coordinator;

    /** What all clients share. */
    record World(
            Schedule schedule,
            SimulatedNetwork network,
            List<GroupCoordinatorProcess> coordinators,
            GroupTopics topics,
            GroupChecks checks) {}

    GroupClient(int id, String name, String group, World world, Entropy entropy) {
        super(id, name, world.schedule());
        this.group = group;
        this.world = world;
        this.entropy = entropy;
    }

    /** The partitions it owns, as far as it knows. */
    final Set<Integer> owned() {
        return positions.keySet();
    }

    /** How far it is in each; -1 where it does not know yet. */
    final Map<Integer, Long> positions() {
        return positions;
    }

    /** Whether it is a member and has nothing to wait for. */
    abstract boolean settled();

    /** Its member id; empty before it has one. */
    abstract String memberId();

    /** Its generation or member epoch. */
    abstract int epoch();

    /** The group says that it is no member any more, or not of this generation. */
    abstract void expelled(ErrorCode error);

    abstract void join();

    @Override
    protected void started() {
        positions.clear();
        coordinator = entropy.nextInt(world.coordinators().size());
        schedule(entropy.nextInt(300), this::join);
        schedule(COMMIT_MS, this::work);
    }

    @Override
    protected void crashed() {
        positions.clear();
    }

    protected final GroupTopics topics() {
        return world.topics();
    }

    /** Takes partitions, and goes on where they were committed. */
    protected final void own(Set<Integer> partitions) {
        List<Integer> fresh =
                partitions.stream().filter(p -> !positions.containsKey(p)).sorted().toList();
        positions.keySet().retainAll(partitions);
        fresh.forEach(p -> positions.put(p, -1L));
        if (!fresh.isEmpty()) {
            readCommitted();
        }
    }

    protected final void told(ErrorCode error) {
        world.checks().expelled(this, error, settled());
    }

    protected final void disown() {
        positions.clear();
    }

    private void work() {
        commit(() -> {});
        schedule(COMMIT_MS / 2 + entropy.nextInt((int) COMMIT_MS), this::work);
    }

    /** Commits what it has moved on in; then goes on, whatever came of it. */
    protected final void commit(Runnable then) {
        int epoch = epoch();
        String member = memberId();
        List<OffsetCommitRequestPartition> partitions = new ArrayList<>();
        positions.forEach(
                (partition, position) -> {
                    if (position >= 0) {
                        positions.put(partition, position + entropy.nextInt(3));
                        partitions.add(
                                new OffsetCommitRequestPartition()
                                        .setPartitionIndex(partition)
                                        .setCommittedOffset(positions.get(partition))
                                        .setCommittedMetadata(GroupChecks.metadata(member, epoch)));
                    }
                });
        if (partitions.isEmpty()) {
            then.run();
            return;
        }
        OffsetCommitRequestData request =
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setGenerationIdOrMemberEpoch(epoch)
                        .setTopics(
                                List.of(
                                        new OffsetCommitRequestTopic()
                                                .setName(TOPIC)
                                                .setPartitions(partitions)));
        this.<OffsetCommitResponseData>ask(
                COMMIT_VERSION,
                (groups, caller) -> groups.offsets().commit(caller, request),
                CALL_MS,
                response -> {
                    committed(request, response, epoch);
                    then.run();
                });
    }

    private void committed(
            OffsetCommitRequestData request,
            @Nullable OffsetCommitResponseData response,
            int epoch) {
        if (response == null) {
            return;
        }
        for (OffsetCommitResponseTopic topic : response.topics()) {
            for (OffsetCommitResponsePartition partition : topic.partitions()) {
                ErrorCode error = ErrorCode.of(partition.errorCode());
                if (error == ErrorCode.NONE) {
                    world.checks()
                            .acknowledged(
                                    group,
                                    TOPIC,
                                    partition.partitionIndex(),
                                    offset(request, partition.partitionIndex()));
                } else if (epoch == epoch()) {
                    refused(error);
                    return;
                }
            }
        }
    }

    private static long offset(OffsetCommitRequestData request, int partition) {
        return request.topics().getFirst().partitions().stream()
                .filter(each -> each.partitionIndex() == partition)
                .findFirst()
                .orElseThrow()
                .committedOffset();
    }

    private void refused(ErrorCode error) {
        switch (error) {
            case UNKNOWN_MEMBER_ID,
                    ILLEGAL_GENERATION,
                    STALE_MEMBER_EPOCH,
                    FENCED_INSTANCE_ID,
                    FENCED_MEMBER_EPOCH,
                    REBALANCE_IN_PROGRESS ->
                    expelled(error);
            default -> lookElsewhere(error);
        }
    }

    private void readCommitted() {
        int epoch = epoch();
        Map<Integer, Long> before = new TreeMap<>();
        positions.keySet().forEach(p -> before.put(p, world.checks().committed(group, TOPIC, p)));
        OffsetFetchRequestData request =
                new OffsetFetchRequestData()
                        .setGroups(
                                List.of(
                                        new OffsetFetchRequestData.OffsetFetchRequestGroup()
                                                .setGroupId(group)
                                                .setMemberId(memberId())
                                                .setMemberEpoch(epoch)
                                                .setTopics(
                                                        List.of(
                                                                new OffsetFetchRequestData
                                                                                .OffsetFetchRequestTopics()
                                                                        .setName(TOPIC)
                                                                        .setPartitionIndexes(
                                                                                List.copyOf(
                                                                                        before
                                                                                                .keySet()))))));
        this.<OffsetFetchResponseData>ask(
                FETCH_VERSION,
                (groups, caller) -> groups.offsets().fetch(caller, request),
                CALL_MS,
                response -> begin(response, before));
    }

    private void begin(@Nullable OffsetFetchResponseData response, Map<Integer, Long> before) {
        if (response == null || response.groups().getFirst().errorCode() != 0) {
            if (response != null) {
                lookElsewhere(ErrorCode.of(response.groups().getFirst().errorCode()));
            }
            if (positions.containsValue(-1L)) {
                schedule(100, this::readAgain);
            }
            return;
        }
        for (var topic : response.groups().getFirst().topics()) {
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                world.checks()
                        .read(
                                group,
                                TOPIC,
                                index,
                                partition.committedOffset(),
                                before.getOrDefault(index, -1L));
                positions.computeIfPresent(
                        index,
                        (p, position) ->
                                position >= 0
                                        ? position
                                        : Math.max(0, partition.committedOffset()));
            }
        }
    }

    private void readAgain() {
        if (positions.containsValue(-1L)) {
            readCommitted();
        }
    }

    /** Turns to another coordinator where this one says that it does not lead. */
    protected final boolean lookElsewhere(ErrorCode error) {
        boolean elsewhere =
                error == ErrorCode.NOT_COORDINATOR
                        || error == ErrorCode.COORDINATOR_NOT_AVAILABLE
                        || error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
        if (elsewhere) {
            coordinator = (coordinator + 1) % world.coordinators().size();
        }
        return elsewhere;
    }

    /**
     * Asks the coordinator.
     *
     * @param answered with null where no answer came, or nobody leads there; the next question then
     *     goes elsewhere
     */
    protected final <R> void ask(
            short version,
            BiFunction<Groups, Caller, CompletionStage<R>> question,
            long timeoutMs,
            Consumer<@Nullable R> answered) {
        GroupCoordinatorProcess asked = world.coordinators().get(coordinator);
        Caller caller = new Caller("client-" + id(), "/10.0.0." + id(), version);
        world.network()
                .<Answer<R>>call(
                        this,
                        asked,
                        timeoutMs,
                        reply -> {
                            Groups groups = asked.groups();
                            if (groups == null) {
                                reply.with(new Answer<>(null));
                            } else {
                                question.apply(groups, caller)
                                        .whenComplete(
                                                (response, failure) -> {
                                                    if (failure != null) {
                                                        throw new AssertionError(failure);
                                                    }
                                                    reply.with(new Answer<>(response));
                                                });
                            }
                        },
                        answer -> {
                            if (answer == null || answer.response == null) {
                                coordinator = (coordinator + 1) % world.coordinators().size();
                                answered.accept(null);
                            } else {
                                answered.accept(answer.response);
                            }
                        });
    }

    private record Answer<R>(@Nullable R response) {}
}
