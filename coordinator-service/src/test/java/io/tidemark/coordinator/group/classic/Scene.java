package io.tidemark.coordinator.group.classic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicStored;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** A classic group, simulated time, and a log that is durable at once or when the test says so. */
final class Scene {
    static final int SESSION_MS = 10_000;
    static final int REBALANCE_MS = 60_000;
    static final int DELAY_MS = 100;
    static final byte[] RANGE = subscription("orders");

    final SimulatedTime time = new SimulatedTime();
    final List<ClassicGroupState> stored = new ArrayList<>();
    final GroupWorld world;
    Membership group;

    private final Deque<CompletableFuture<Void>> appends = new ArrayDeque<>();
    private boolean durableAtOnce = true;

    /** Whether the log finds all changes too large. */
    boolean refuses;

    Scene() {
        this(Integer.MAX_VALUE);
    }

    Scene(int maxSize) {
        GroupSettings defaults = GroupSettings.DEFAULTS;
        world =
                new GroupWorld(
                        time,
                        time,
                        new SeededEntropy(1),
                        new GroupRuntime(this::append, new GroupStates()),
                        ClusterImage::empty,
                        new Patterns(ClusterImage::empty, time, Runnable::run, Runnable::run),
                        new GroupSettings(
                                defaults.minSessionMs(),
                                defaults.maxSessionMs(),
                                maxSize,
                                DELAY_MS,
                                defaults.heartbeatHoldMs(),
                                defaults.consumerHeartbeatMs(),
                                defaults.consumerMinHeartbeatMs(),
                                defaults.consumerSessionMs(),
                                defaults.offsetsRetentionMs(),
                                defaults.offsetsCheckMs(),
                                defaults.maxMetadataBytes(),
                                defaults.maxGroups()));
        group = new ClassicMemberships().create(host());
    }

    GroupHost host() {
        return new GroupHost() {
            @Override
            public String id() {
                return "g";
            }

            @Override
            public GroupWorld world() {
                return world;
            }

            @Override
            public void becomeClassic(ClassicGroupState state) {
                throw new IllegalStateException("It is classic");
            }

            @Override
            public void fallBack() {
                group.close(ErrorCode.COORDINATOR_NOT_AVAILABLE);
                group =
                        stored.isEmpty()
                                ? new ClassicMemberships().create(this)
                                : new ClassicMemberships().load(this, stored.getLast());
            }
        };
    }

    private ChangeLog.Appended append(List<GroupChange> changes) {
        if (refuses) {
            return new ChangeLog.TooLarge(2, 1);
        }
        changes.forEach(change -> stored.add(((ClassicStored) change).state()));
        CompletableFuture<Void> append = new CompletableFuture<>();
        appends.add(append);
        if (durableAtOnce) {
            persist();
        }
        return new ChangeLog.Taken(append);
    }

    /** From now on appends wait for {@link #persist} or {@link #lose}. */
    void holdLog() {
        durableAtOnce = false;
    }

    void persist() {
        while (!appends.isEmpty()) {
            appends.remove().complete(null);
        }
    }

    void lose() {
        while (!appends.isEmpty()) {
            appends.remove().completeExceptionally(new IllegalStateException("lost"));
        }
    }

    /** Another coordinator takes over, with what is stored. */
    void reload() {
        group.close(ErrorCode.NOT_COORDINATOR);
        group = new ClassicMemberships().load(host(), stored.getLast());
    }

    static Caller caller(int version) {
        return new Caller("client", "/10.0.0.7", (short) version);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] subscription(String... topics) {
        return ConsumerProtocol.write(
                new ConsumerProtocolSubscription().setTopics(List.of(topics)), (short) 1);
    }

    /** A request of a dynamic consumer that knows the range assignor. */
    static JoinGroupRequestData request(String memberId) {
        return request(memberId, Map.of("range", RANGE));
    }

    static JoinGroupRequestData request(String memberId, Map<String, byte[]> protocols) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId("g")
                        .setMemberId(memberId)
                        .setProtocolType("consumer")
                        .setSessionTimeoutMs(SESSION_MS)
                        .setRebalanceTimeoutMs(REBALANCE_MS);
        protocols.forEach(
                (name, metadata) ->
                        request.protocols()
                                .add(
                                        new JoinGroupRequestProtocol()
                                                .setName(name)
                                                .setMetadata(metadata)));
        return request;
    }

    CompletableFuture<JoinGroupResponseData> join(JoinGroupRequestData request) {
        return group.join(caller(9), request).toCompletableFuture();
    }

    CompletableFuture<JoinGroupResponseData> join(String memberId) {
        return join(request(memberId));
    }

    /** Joins without the detour of MEMBER_ID_REQUIRED. */
    CompletableFuture<JoinGroupResponseData> joinAtOnce() {
        return group.join(caller(3), request("")).toCompletableFuture();
    }

    CompletableFuture<JoinGroupResponseData> joinStatic(String instanceId) {
        return join(request("").setGroupInstanceId(instanceId));
    }

    static SyncGroupRequestData syncRequest(JoinGroupResponseData of) {
        return new SyncGroupRequestData()
                .setGroupId("g")
                .setMemberId(of.memberId())
                .setGenerationId(of.generationId())
                .setProtocolType("consumer")
                .setProtocolName("range");
    }

    CompletableFuture<SyncGroupResponseData> sync(SyncGroupRequestData request) {
        return group.sync(caller(5), request).toCompletableFuture();
    }

    CompletableFuture<SyncGroupResponseData> sync(JoinGroupResponseData of) {
        return sync(syncRequest(of));
    }

    /** The leader gives every member the bytes of its own id. */
    CompletableFuture<SyncGroupResponseData> assign(JoinGroupResponseData leader) {
        return sync(
                syncRequest(leader)
                        .setAssignments(
                                leader.members().stream()
                                        .map(
                                                member ->
                                                        new SyncGroupRequestAssignment()
                                                                .setMemberId(member.memberId())
                                                                .setAssignment(
                                                                        bytes(member.memberId())))
                                        .toList()));
    }

    ErrorCode beat(JoinGroupResponseData of) {
        return beat(of.memberId(), null, of.generationId());
    }

    ErrorCode beat(String memberId, @Nullable String instanceId, int generation) {
        return ErrorCode.of(
                now(group.heartbeat(
                                caller(4),
                                new HeartbeatRequestData()
                                        .setGroupId("g")
                                        .setMemberId(memberId)
                                        .setGroupInstanceId(instanceId)
                                        .setGenerationId(generation)))
                        .errorCode());
    }

    ErrorCode leave(String memberId, @Nullable String instanceId) {
        return ErrorCode.of(
                now(group.leave(
                                caller(5),
                                new LeaveGroupRequestData()
                                        .setGroupId("g")
                                        .setMembers(
                                                List.of(
                                                        new MemberIdentity()
                                                                .setMemberId(memberId)
                                                                .setGroupInstanceId(instanceId)))))
                        .members()
                        .getFirst()
                        .errorCode());
    }

    /** What an answer holds that must be there by now. */
    static <T> T now(CompletionStage<T> answer) {
        assertThat(answer.toCompletableFuture()).isDone();
        return answer.toCompletableFuture().join();
    }

    /** A stable group of {@code size} dynamic members; the leader is the first. */
    List<JoinGroupResponseData> stable(int size) {
        List<CompletableFuture<JoinGroupResponseData>> joins = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            joins.add(joinAtOnce());
        }
        time.pass(2 * DELAY_MS);
        return settle(joins);
    }

    /** A stable group of static members. */
    List<JoinGroupResponseData> stableStatic(String... instances) {
        List<CompletableFuture<JoinGroupResponseData>> joins = new ArrayList<>();
        for (String instance : instances) {
            joins.add(joinStatic(instance));
        }
        time.pass(2 * DELAY_MS);
        return settle(joins);
    }

    /** Syncs members whose joins are answered, the leader last. */
    List<JoinGroupResponseData> settle(List<CompletableFuture<JoinGroupResponseData>> joins) {
        List<JoinGroupResponseData> members = joins.stream().map(Scene::now).toList();
        JoinGroupResponseData leader =
                members.stream()
                        .filter(member -> member.memberId().equals(member.leader()))
                        .findFirst()
                        .orElseThrow();
        List<CompletableFuture<SyncGroupResponseData>> syncs =
                members.stream().filter(member -> member != leader).map(this::sync).toList();
        assertThat(now(assign(leader)).errorCode()).isZero();
        syncs.forEach(sync -> assertThat(now(sync).errorCode()).isZero());
        assertThat(group.state()).isEqualTo("Stable");
        return members;
    }
}
