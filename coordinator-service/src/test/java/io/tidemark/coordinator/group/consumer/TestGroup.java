package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** One group with its world: simulated time, topics, and a log that goes through JSON. */
final class TestGroup implements GroupHost {
    static final Caller CALLER = new Caller("client", "/127.0.0.1", (short) 1);

    final GroupTime time = new GroupTime();
    final List<GroupChange> logged = new ArrayList<>();
    final Deque<CompletableFuture<Void>> appends = new ArrayDeque<>();
    final ConsumerGroups protocol;
    final Deque<Runnable> heldMatching = new ArrayDeque<>();
    private final GroupSettings settings;
    private final SeededEntropy entropy;
    private GroupWorld world;
    private GroupStates stored = new GroupStates();
    private ClusterImage image = ClusterImage.empty();
    private Membership membership;
    private Optional<ClassicGroupState> becameClassic = Optional.empty();

    /** Whether appends are durable at once; else {@link #durable} makes them so. */
    boolean logsAtOnce = true;

    /** Whether the log finds all changes too large. */
    boolean refuses;

    /** Whether patterns are matched at once; else {@link #match} does. */
    boolean matchesAtOnce = true;

    /** Whether what is logged is written and read, as in the real log. */
    boolean logsBytes = true;

    /** Whether a group that is handed back as a classic one becomes a KIP-848 one again. */
    boolean takesOverAgain;

    private final Set<String> members = new HashSet<>();
    private final Map<String, Integer> incarnations = new HashMap<>();

    TestGroup() {
        this(GroupSettings.DEFAULTS, 0);
    }

    TestGroup(GroupSettings settings, long seed) {
        protocol = new ConsumerGroups(settings);
        this.settings = settings;
        this.entropy = new SeededEntropy(seed);
        world = newWorld();
        membership = protocol.create(this);
    }

    private GroupWorld newWorld() {
        return new GroupWorld(
                time,
                time,
                entropy,
                new GroupRuntime(this::append, stored.copy()),
                () -> image,
                new Patterns(() -> image, time, this::aside, Runnable::run),
                settings);
    }

    private void aside(Runnable matching) {
        if (matchesAtOnce) {
            matching.run();
        } else {
            heldMatching.add(matching);
        }
    }

    /** Matches what waits to be matched, and what follows from it. */
    void match() {
        while (!heldMatching.isEmpty()) {
            heldMatching.remove().run();
        }
    }

    @Override
    public String id() {
        return "group";
    }

    @Override
    public GroupWorld world() {
        return world;
    }

    @Override
    public void becomeClassic(ClassicGroupState state) {
        becameClassic = Optional.of(state);
        membership.close(ErrorCode.REBALANCE_IN_PROGRESS);
        append(
                List.of(
                        new GroupChange.MembershipRemoved(id()),
                        new GroupChange.ClassicStored(id(), state)));
        if (takesOverAgain) {
            membership = protocol.convert(this, state);
        }
    }

    Optional<ClassicGroupState> becameClassic() {
        return becameClassic;
    }

    Membership membership() {
        return membership;
    }

    private ChangeLog.Appended append(List<GroupChange> changes) {
        if (refuses) {
            return new ChangeLog.TooLarge(2, 1);
        }
        List<GroupChange> read = logsBytes ? throughTheLog(changes) : changes;
        read.forEach(this::noteMember);
        logged.addAll(read);
        stored.apply(read);
        if (logsAtOnce) {
            return new ChangeLog.Taken(CompletableFuture.completedFuture(null));
        }
        CompletableFuture<Void> append = new CompletableFuture<>();
        appends.add(append);
        return new ChangeLog.Taken(append);
    }

    private void noteMember(GroupChange change) {
        if (change instanceof GroupChange.ConsumerMemberStored member) {
            members.add(member.member().memberId());
        } else if (change instanceof GroupChange.ConsumerMemberRemoved member) {
            members.remove(member.memberId());
        }
    }

    /** Whether the log has the member, or is about to. */
    boolean isMember(String memberId) {
        return members.contains(memberId);
    }

    private static List<GroupChange> throughTheLog(List<GroupChange> changes) {
        try {
            return GroupEntries.decode(
                    GroupEntries.join(changes.stream().map(GroupEntries::encode).toList()));
        } catch (MetadataFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes everything that is being logged durable, and what follows from it. */
    void durable() {
        while (!appends.isEmpty()) {
            appends.remove().complete(null);
        }
    }

    /** Another coordinator takes over, with what was logged. */
    void failOver() {
        world.patterns().close();
        membership.close(ErrorCode.NOT_COORDINATOR);
        world = newWorld();
        appends.clear();
        load();
    }

    @Override
    public void fallBack() {
        membership.close(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        load();
    }

    private void load() {
        members.clear();
        membership = protocol.create(this);
        stored.forEach(
                group -> {
                    group.members().forEach(member -> members.add(member.memberId()));
                    group.classic().ifPresent(state -> membership = protocol.convert(this, state));
                    group.consumer()
                            .ifPresent(
                                    state ->
                                            membership =
                                                    protocol.load(this, state, group.members()));
                });
    }

    void convert(ClassicGroupState classic) {
        stored = new GroupStates();
        membership = protocol.convert(this, classic);
    }

    void topic(String name, int partitions) {
        topic(name, partitions, List.of(1));
    }

    void topic(String name, int partitions, List<Integer> replicas) {
        change(
                new Delta.TopicCreated(
                        new TopicImage(
                                new Uuid(
                                        topicId(name).getMostSignificantBits(),
                                        incarnations.merge(name, 1, Integer::sum)),
                                name,
                                partitions(0, partitions, replicas),
                                Map.of(),
                                image.version() + 1)));
    }

    void node(int id, String rack) {
        image =
                image.apply(
                        image.version() + 1,
                        new Delta.NodeRegistered(
                                new NodeImage(
                                        id,
                                        1,
                                        Uuid.ONE_UUID,
                                        List.of(),
                                        Optional.of(rack),
                                        List.of(),
                                        false,
                                        false)));
    }

    void grow(String name, int to) {
        int from = image.topic(name).orElseThrow().partitions().size();
        change(
                new Delta.PartitionsAdded(
                        image.topic(name).orElseThrow().id(), partitions(from, to, List.of(1))));
    }

    void delete(String name) {
        change(new Delta.TopicDeleted(image.topic(name).orElseThrow().id(), name));
    }

    private void change(Delta delta) {
        image = image.apply(image.version() + 1, delta);
        membership.topicsChanged();
    }

    ClusterImage image() {
        return image;
    }

    private static List<PartitionImage> partitions(int from, int to, List<Integer> replicas) {
        return IntStream.range(from, to)
                .mapToObj(
                        index ->
                                new PartitionImage(
                                        index,
                                        replicas.getFirst(),
                                        0,
                                        0,
                                        List.of(replicas.get(index % replicas.size())),
                                        List.of(replicas.get(index % replicas.size()))))
                .toList();
    }

    /** The id of the first topic of that name. */
    static Uuid topicId(String name) {
        return new Uuid(name.hashCode(), 1);
    }

    CompletableFuture<ConsumerGroupHeartbeatResponseData> send(
            ConsumerGroupHeartbeatRequestData request) {
        return protocol.check(world, CALLER, request)
                .thenCompose(
                        refusal ->
                                refusal.<CompletionStage<ConsumerGroupHeartbeatResponseData>>map(
                                                CompletableFuture::completedFuture)
                                        .orElseGet(
                                                () ->
                                                        membership.consumerHeartbeat(
                                                                CALLER, request)))
                .toCompletableFuture();
    }

    /** The answer to a request that needs no waiting. */
    ConsumerGroupHeartbeatResponseData beat(ConsumerGroupHeartbeatRequestData request) {
        return send(request)
                .getNow(new ConsumerGroupHeartbeatResponseData().setErrorCode((short) 99));
    }

    static ConsumerGroupHeartbeatRequestData join(String memberId, String... topics) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId("group")
                .setMemberId(memberId)
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(60_000)
                .setSubscribedTopicNames(List.of(topics))
                .setTopicPartitions(List.of());
    }

    static ConsumerGroupHeartbeatRequestData stay(String memberId, int epoch) {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId("group")
                .setMemberId(memberId)
                .setMemberEpoch(epoch);
    }

    static ConsumerGroupHeartbeatRequestData hold(
            String memberId, int epoch, Map<Uuid, List<Integer>> held) {
        List<ConsumerGroupHeartbeatRequestData.TopicPartitions> topics = new ArrayList<>();
        held.forEach(
                (topic, partitions) ->
                        topics.add(
                                new ConsumerGroupHeartbeatRequestData.TopicPartitions()
                                        .setTopicId(topic)
                                        .setPartitions(partitions)));
        return stay(memberId, epoch).setTopicPartitions(topics);
    }

    ConsumerGroupDescribeResponseData.DescribedGroup describe() {
        ConsumerGroupDescribeResponseData.DescribedGroup described =
                new ConsumerGroupDescribeResponseData.DescribedGroup();
        membership.describe(described);
        return described;
    }
}
