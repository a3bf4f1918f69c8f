package io.tidemark.testkit.simulation.group;

import io.tidemark.environment.Entropy;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** A member by the classic protocol, eager, with the range assignor. */
final class ClassicClient extends GroupClient {
    private static final short JOIN_VERSION = 9;
    private static final short SYNC_VERSION = 5;
    private static final short HEARTBEAT_VERSION = 4;
    private static final short LEAVE_VERSION = 5;
    private static final int SESSION_MS = 3_000;
    private static final int REBALANCE_MS = 4_000;
    private static final long HEARTBEAT_MS = 600;
    private static final long RETRY_MS = 60;
    private static final String ASSIGNOR = "range";

    private final @Nullable String instanceId;

    /** Whether it lets its heartbeats wait for news. */
    private final boolean patient;

    private String memberId = "";
    private int generation = -1;
    private boolean joining;
    private boolean stable;
    private int assignedPartitions = -1;

    ClassicClient(
            int id, String group, boolean isStatic, GroupClient.World world, Entropy entropy) {
        super(id, "classic-" + id, group, world, entropy);
        this.instanceId = isStatic ? "instance-" + id : null;
        this.patient = !isStatic && id % 2 == 0;
    }

    @Override
    protected void started() {
        memberId = "";
        generation = -1;
        joining = false;
        stable = false;
        super.started();
        schedule(HEARTBEAT_MS, this::beat);
    }

    @Override
    boolean settled() {
        return stable;
    }

    @Override
    String memberId() {
        return memberId;
    }

    @Override
    int epoch() {
        return generation;
    }

    @Override
    void expelled(ErrorCode error) {
        if (error == ErrorCode.REBALANCE_IN_PROGRESS) {
            join();
            return;
        }
        told(error);
        stable = false;
        disown();
        if (error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_INSTANCE_ID) {
            memberId = "";
        }
        generation = -1;
        join();
    }

    @Override
    void join() {
        if (joining) {
            return;
        }
        joining = true;
        stable = false;
        disown();
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(
                new JoinGroupRequestProtocol()
                        .setName(ASSIGNOR)
                        .setMetadata(
                                ConsumerProtocol.write(
                                        new ConsumerProtocolSubscription()
                                                .setTopics(List.of(TOPIC)),
                                        (short) 0)));
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setGroupInstanceId(instanceId)
                        .setSessionTimeoutMs(SESSION_MS)
                        .setRebalanceTimeoutMs(REBALANCE_MS)
                        .setProtocolType(ConsumerProtocol.TYPE)
                        .setProtocols(protocols);
        this.<JoinGroupResponseData>ask(
                JOIN_VERSION,
                (groups, caller) -> groups.members().join(caller, request),
                REBALANCE_MS + SESSION_MS,
                this::joined);
    }

    private void joined(@Nullable JoinGroupResponseData response) {
        joining = false;
        ErrorCode error = error(response == null ? null : response.errorCode());
        switch (error) {
            case NONE -> {
                JoinGroupResponseData joined = java.util.Objects.requireNonNull(response);
                memberId = joined.memberId();
                generation = joined.generationId();
                if (!joined.leader().equals(memberId)) {
                    assignedPartitions = -1;
                } // a static leader that came back, and is not to assign, knows what it did
                sync(joined);
            }
            case MEMBER_ID_REQUIRED -> {
                memberId = java.util.Objects.requireNonNull(response).memberId();
                join();
            }
            default -> again(error);
        }
    }

    private void sync(JoinGroupResponseData joined) {
        SyncGroupRequestData request =
                new SyncGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setGroupInstanceId(instanceId)
                        .setGenerationId(generation)
                        .setProtocolType(ConsumerProtocol.TYPE)
                        .setProtocolName(ASSIGNOR)
                        .setAssignments(
                                joined.leader().equals(memberId) && !joined.skipAssignment()
                                        ? assign(joined.members())
                                        : List.of());
        joining = true;
        this.<SyncGroupResponseData>ask(
                SYNC_VERSION,
                (groups, caller) -> groups.members().sync(caller, request),
                REBALANCE_MS,
                this::synced);
    }

    private List<SyncGroupRequestAssignment> assign(List<JoinGroupResponseMember> members) {
        List<JoinGroupResponseMember> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(JoinGroupResponseMember::memberId));
        int partitions = topics().partitions(TOPIC);
        assignedPartitions = partitions;
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            List<Integer> share = new ArrayList<>();
            for (int p = i; p < partitions; p += sorted.size()) {
                share.add(p);
            }
            ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
            assignment
                    .assignedPartitions()
                    .add(
                            new ConsumerProtocolAssignment.TopicPartition()
                                    .setTopic(TOPIC)
                                    .setPartitions(share));
            assignments.add(
                    new SyncGroupRequestAssignment()
                            .setMemberId(sorted.get(i).memberId())
                            .setAssignment(ConsumerProtocol.write(assignment, (short) 0)));
        }
        return assignments;
    }

    private void synced(@Nullable SyncGroupResponseData response) {
        joining = false;
        ErrorCode error = error(response == null ? null : response.errorCode());
        if (error != ErrorCode.NONE || response == null) {
            again(error);
            return;
        }
        Set<Integer> mine = new TreeSet<>();
        ConsumerProtocol.assignment(response.assignment())
                .ifPresent(
                        assignment ->
                                assignment.assignedPartitions().stream()
                                        .filter(topic -> topic.topic().equals(TOPIC))
                                        .forEach(topic -> mine.addAll(topic.partitions())));
        stable = true;
        own(mine);
    }

    private void again(ErrorCode error) {
        lookElsewhere(error);
        if (error == ErrorCode.UNKNOWN_MEMBER_ID || error == ErrorCode.FENCED_INSTANCE_ID) {
            memberId = "";
        }
        schedule(RETRY_MS, this::join);
    }

    private void beat() {
        schedule(HEARTBEAT_MS, this::beat);
        if (generation < 0 || joining || memberId.isEmpty()) {
            return;
        }
        if (assignedPartitions >= 0 && assignedPartitions != topics().partitions(TOPIC)) {
            commit(this::join); // the leader has seen that its topic has grown
            return;
        }
        int asked = generation;
        HeartbeatRequestData request =
                new HeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setGroupInstanceId(instanceId)
                        .setGenerationId(generation);
        this.<HeartbeatResponseData>ask(
                HEARTBEAT_VERSION,
                (groups, caller) ->
                        patient
                                ? groups.members().heldHeartbeat(caller, request)
                                : groups.members().heartbeat(caller, request),
                HEARTBEAT_MS,
                response -> {
                    if (response != null && asked == generation && !joining) {
                        beaten(ErrorCode.of(response.errorCode()));
                    }
                });
    }

    private void beaten(ErrorCode error) {
        switch (error) {
            case NONE -> {}
            case REBALANCE_IN_PROGRESS -> commit(this::join);
            case ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> expelled(error);
            default -> lookElsewhere(error);
        }
    }

    /** Leaves as a consumer that is closed does, and ends. */
    void leave() {
        LeaveGroupRequestData request =
                new LeaveGroupRequestData()
                        .setGroupId(group)
                        .setMembers(
                                List.of(
                                        new LeaveGroupRequestData.MemberIdentity()
                                                .setMemberId(memberId)
                                                .setGroupInstanceId(instanceId)));
        this.<LeaveGroupResponseData>ask(
                LEAVE_VERSION,
                (groups, caller) -> groups.members().leave(caller, request),
                HEARTBEAT_MS,
                response -> crash());
    }

    private static ErrorCode error(@Nullable Short number) {
        return number == null ? ErrorCode.NETWORK_EXCEPTION : ErrorCode.of(number);
    }
}
