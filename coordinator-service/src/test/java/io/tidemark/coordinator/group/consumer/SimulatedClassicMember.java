package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A client of the classic protocol in a KIP-848 group. An eager one gives everything up before it
 * joins; a cooperative one keeps what it has, gives up what its next assignment lacks, and joins
 * again.
 */
final class SimulatedClassicMember extends SimulatedClient {
    private static final Caller CALLER = new Caller("old", "/127.0.0.2", (short) 9);

    private final boolean eager;
    private List<String> topics;
    private int generation;
    private Phase phase = Phase.JOINS;
    private Optional<CompletableFuture<? extends ApiMessage>> sent = Optional.empty();
    private boolean loses;

    private enum Phase {
        JOINS,
        SYNCS,
        BEATS
    }

    SimulatedClassicMember(
            String id, boolean eager, List<String> topics, int generation, PartitionSet owned) {
        super(id);
        this.eager = eager;
        this.topics = topics;
        this.generation = generation;
        this.owned = owned;
        this.phase = id.isEmpty() ? Phase.JOINS : Phase.BEATS;
    }

    @Override
    void subscribe(List<String> changed) {
        topics = changed;
        if (phase == Phase.BEATS) {
            phase = Phase.JOINS;
        }
    }

    byte[] subscription(ClusterImage image) {
        ConsumerProtocolSubscription subscription =
                new ConsumerProtocolSubscription().setTopics(topics);
        owned.toMap()
                .forEach(
                        (topic, partitions) ->
                                image.topic(topic)
                                        .ifPresent(
                                                named ->
                                                        subscription
                                                                .ownedPartitions()
                                                                .add(
                                                                        new ConsumerProtocolSubscription
                                                                                        .TopicPartition()
                                                                                .setTopic(
                                                                                        named
                                                                                                .name())
                                                                                .setPartitions(
                                                                                        partitions))));
        return ConsumerProtocol.write(subscription, (short) 2);
    }

    @Override
    void send(TestGroup group, Random random, boolean faults) {
        if (!alive || paused || sent.isPresent()) {
            return;
        }
        loses = faults && random.nextInt(8) == 0;
        sent =
                Optional.of(
                        switch (phase) {
                            case JOINS -> join(group);
                            case SYNCS -> sync(group);
                            case BEATS -> beat(group);
                        });
    }

    private CompletableFuture<JoinGroupResponseData> join(TestGroup group) {
        if (eager) {
            owned = PartitionSet.none();
        }
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId("group")
                        .setMemberId(id)
                        .setSessionTimeoutMs(10_000)
                        .setRebalanceTimeoutMs(20_000)
                        .setProtocolType("consumer");
        request.protocols()
                .add(
                        new JoinGroupRequestData.JoinGroupRequestProtocol()
                                .setName("range")
                                .setMetadata(subscription(group.image())));
        return group.membership().join(CALLER, request).toCompletableFuture();
    }

    private CompletableFuture<SyncGroupResponseData> sync(TestGroup group) {
        return group.membership()
                .sync(
                        CALLER,
                        new SyncGroupRequestData().setMemberId(id).setGenerationId(generation))
                .toCompletableFuture()
                .thenApply(
                        response -> {
                            assigned = read(response, group.image());
                            return response;
                        });
    }

    private PartitionSet assigned = PartitionSet.none();

    private static PartitionSet read(SyncGroupResponseData response, ClusterImage image) {
        PartitionSet.Builder assigned = new PartitionSet.Builder();
        ConsumerProtocol.assignment(response.assignment())
                .ifPresent(
                        read ->
                                read.assignedPartitions()
                                        .forEach(
                                                topic ->
                                                        image.topic(topic.topic())
                                                                .ifPresent(
                                                                        named ->
                                                                                topic.partitions()
                                                                                        .forEach(
                                                                                                p ->
                                                                                                        assigned
                                                                                                                .add(
                                                                                                                        named
                                                                                                                                .id(),
                                                                                                                        p)))));
        return assigned.build();
    }

    private CompletableFuture<HeartbeatResponseData> beat(TestGroup group) {
        return group.membership()
                .heartbeat(
                        CALLER,
                        new HeartbeatRequestData().setMemberId(id).setGenerationId(generation))
                .toCompletableFuture();
    }

    @Override
    void receive() {
        if (sent.isEmpty() || !sent.get().isDone() || paused) {
            return;
        }
        ApiMessage response = sent.get().join();
        sent = Optional.empty();
        if (!alive) {
            return;
        }
        if (loses) {
            // A client that misses an answer within a rebalance begins it anew.
            phase = phase == Phase.BEATS ? Phase.BEATS : Phase.JOINS;
            return;
        }
        switch (response) {
            case JoinGroupResponseData joined -> joined(joined);
            case SyncGroupResponseData synced -> {
                if (accepts(synced.errorCode())) {
                    boolean gaveUp = !eager && !assigned.containsAll(owned);
                    owned = assigned;
                    phase = gaveUp ? Phase.JOINS : Phase.BEATS;
                }
            }
            case HeartbeatResponseData beat -> accepts(beat.errorCode());
            default -> throw new AssertionError(response);
        }
    }

    private void joined(JoinGroupResponseData joined) {
        if (joined.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.number()) {
            id = joined.memberId();
        } else if (accepts(joined.errorCode())) {
            id = joined.memberId();
            generation = joined.generationId();
            phase = Phase.SYNCS;
        }
    }

    private boolean accepts(short code) {
        switch (ErrorCode.of(code)) {
            case NONE -> {
                return true;
            }
            case REBALANCE_IN_PROGRESS -> phase = Phase.JOINS;
            case ILLEGAL_GENERATION -> {
                owned = PartitionSet.none();
                phase = Phase.JOINS;
            }
            case UNKNOWN_MEMBER_ID -> {
                owned = PartitionSet.none();
                id = "";
                phase = Phase.JOINS;
            }
            case NOT_COORDINATOR -> phase = phase == Phase.SYNCS ? Phase.JOINS : phase;
            default -> throw new AssertionError(ErrorCode.of(code));
        }
        return false;
    }

    @Override
    void leave(TestGroup group, boolean forGood) {
        die();
        LeaveGroupRequestData request = new LeaveGroupRequestData();
        request.members().add(new LeaveGroupRequestData.MemberIdentity().setMemberId(id));
        group.membership().leave(CALLER, request);
    }

    @Override
    public String toString() {
        return id
                + (eager ? " (eager)" : " (cooperative)")
                + "@"
                + generation
                + (paused ? " (paused) " : " ")
                + phase
                + " owns "
                + owned;
    }
}
