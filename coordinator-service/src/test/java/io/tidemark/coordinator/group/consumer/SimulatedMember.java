package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/**
 * A client of the protocol as KIP-848 describes it: owns what it was told from then on, until it
 * has said that it gave it up, or was fenced.
 */
final class SimulatedMember extends SimulatedClient {
    final Optional<String> instanceId;
    private PartitionSet told = PartitionSet.none();
    private int epoch;
    private int highestEpoch;
    private boolean mustSayAll = true;
    private boolean mustAcknowledge;
    private List<String> topics;
    private Optional<String> regex;
    private Optional<CompletableFuture<ConsumerGroupHeartbeatResponseData>> sent = Optional.empty();
    private boolean loses;
    private long revokeAfterBeats;

    SimulatedMember(
            String id, Optional<String> instanceId, List<String> topics, Optional<String> regex) {
        super(id);
        this.instanceId = instanceId;
        this.topics = topics;
        this.regex = regex;
    }

    @Override
    void subscribe(List<String> changed) {
        topics = changed;
        regex = Optional.empty();
        mustSayAll = true;
    }

    @Override
    void send(TestGroup group, Random random, boolean faults) {
        if (!alive || paused || sent.isPresent()) {
            return;
        }
        giveUp(random, faults);
        ConsumerGroupHeartbeatRequestData request = TestGroup.stay(id, epoch);
        instanceId.ifPresent(request::setInstanceId);
        if (mustSayAll || epoch == 0) {
            request.setRebalanceTimeoutMs(20_000)
                    .setSubscribedTopicNames(topics)
                    .setSubscribedTopicRegex(regex.orElse(""));
        }
        if (mustSayAll || epoch == 0 || mustAcknowledge) {
            request.setTopicPartitions(TestGroup.hold(id, epoch, owned.toMap()).topicPartitions());
        }
        mustSayAll = false;
        mustAcknowledge = false;
        loses = faults && random.nextInt(8) == 0;
        sent = Optional.of(group.send(request));
    }

    /** Revocation takes a member some time: its listener commits first. */
    private void giveUp(Random random, boolean faults) {
        if (owned.equals(told)) {
            return;
        }
        if (revokeAfterBeats-- > 0 && faults) {
            return;
        }
        revokeAfterBeats = random.nextInt(3);
        owned = owned.and(told).plus(told);
        mustAcknowledge = true;
    }

    @Override
    void receive() {
        if (sent.isEmpty() || !sent.get().isDone() || paused) {
            return;
        }
        ConsumerGroupHeartbeatResponseData response = sent.get().join();
        sent = Optional.empty();
        if (loses || !alive) {
            mustSayAll = true;
            return;
        }
        ErrorCode error = ErrorCode.of(response.errorCode());
        switch (error) {
            case NONE -> accept(response);
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> fence();
            case NOT_COORDINATOR, UNRELEASED_INSTANCE_ID, REBALANCE_IN_PROGRESS ->
                    mustSayAll = true;
            case FENCED_INSTANCE_ID -> die();
            default -> throw new AssertionError(error + ": " + response.errorMessage());
        }
    }

    private void accept(ConsumerGroupHeartbeatResponseData response) {
        if (response.memberEpoch() < highestEpoch) {
            throw new AssertionError(
                    id + ": epoch " + response.memberEpoch() + " after " + highestEpoch);
        }
        highestEpoch = response.memberEpoch();
        epoch = response.memberEpoch();
        if (response.assignment() != null) {
            PartitionSet.Builder assigned = new PartitionSet.Builder();
            response.assignment()
                    .topicPartitions()
                    .forEach(t -> t.partitions().forEach(p -> assigned.add(t.topicId(), p)));
            told = assigned.build();
            owned = owned.plus(told);
        }
    }

    private void fence() {
        owned = PartitionSet.none();
        told = PartitionSet.none();
        epoch = 0;
        mustSayAll = true;
    }

    @Override
    void die() {
        super.die();
        told = PartitionSet.none();
    }

    /** Leaves; a static member may mean to come back. */
    @Override
    void leave(TestGroup group, boolean forGood) {
        int last = forGood || instanceId.isEmpty() ? Member.LEAVING : Member.AWAY;
        die();
        ConsumerGroupHeartbeatRequestData request = TestGroup.stay(id, last);
        instanceId.ifPresent(request::setInstanceId);
        group.send(request);
    }

    @Override
    public String toString() {
        return id + "@" + epoch + (paused ? " (paused)" : "") + " owns " + owned + " told " + told;
    }
}
