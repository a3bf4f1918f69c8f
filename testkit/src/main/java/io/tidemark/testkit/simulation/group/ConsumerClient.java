package io.tidemark.testkit.simulation.group;

import io.tidemark.environment.Entropy;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** A member by KIP-848. */
final class ConsumerClient extends GroupClient {
    private static final short VERSION = 1;
    private static final long CALL_MS = 500;
    private static final int REBALANCE_MS = 3_000;
    private static final int JOIN = 0;
    private static final int LEAVE = -1;

    private final @Nullable String instanceId;
    private String memberId = "";
    private int epoch = JOIN;
    private @Nullable Set<Integer> target;
    private boolean full = true;
    private boolean asking;
    private boolean revoking;

    ConsumerClient(
            int id, String group, boolean isStatic, GroupClient.World world, Entropy entropy) {
        super(id, "consumer-" + id, group, world, entropy);
        this.instanceId = isStatic ? "instance-" + id : null;
    }

    @Override
    protected void started() {
        memberId = new Uuid(entropy.nextLong(), entropy.nextLong()).toString();
        reset();
        asking = false;
        super.started();
    }

    private void reset() {
        epoch = JOIN;
        target = null;
        full = true;
        revoking = false;
        disown();
    }

    @Override
    boolean settled() {
        return epoch > JOIN && target != null && owned().equals(target);
    }

    @Override
    String memberId() {
        return memberId;
    }

    @Override
    int epoch() {
        return epoch;
    }

    @Override
    void expelled(ErrorCode error) {
        // A stale epoch is cured by the next heartbeat.
        if (error != ErrorCode.STALE_MEMBER_EPOCH) {
            told(error);
            reset();
        }
    }

    @Override
    void join() {
        beat();
    }

    private void beat() {
        if (asking) {
            return;
        }
        asking = true;
        int asked = epoch;
        boolean tellsAll = full;
        ConsumerGroupHeartbeatRequestData request =
                new ConsumerGroupHeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setMemberEpoch(epoch)
                        .setInstanceId(epoch == JOIN ? instanceId : null)
                        .setRebalanceTimeoutMs(tellsAll ? REBALANCE_MS : -1)
                        .setSubscribedTopicNames(tellsAll ? List.of(TOPIC) : null)
                        .setTopicPartitions(epoch == JOIN ? List.of() : mine());
        this.<ConsumerGroupHeartbeatResponseData>ask(
                VERSION,
                (groups, caller) -> groups.members().consumerHeartbeat(caller, request),
                CALL_MS,
                response -> {
                    asking = false;
                    beaten(response, asked);
                });
    }

    private List<ConsumerGroupHeartbeatRequestData.TopicPartitions> mine() {
        if (owned().isEmpty()) {
            return List.of();
        }
        return List.of(
                new ConsumerGroupHeartbeatRequestData.TopicPartitions()
                        .setTopicId(topics().image().topic(TOPIC).orElseThrow().id())
                        .setPartitions(List.copyOf(owned())));
    }

    private void beaten(@Nullable ConsumerGroupHeartbeatResponseData response, int asked) {
        if (response == null) {
            full = true;
            schedule(CALL_MS / 4, this::beat);
            return;
        }
        ErrorCode error = ErrorCode.of(response.errorCode());
        switch (error) {
            case NONE -> {
                if (asked == epoch) {
                    accepted(response);
                }
            }
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND -> {
                told(error);
                reset();
                schedule(1, this::beat);
            }
            default -> {
                lookElsewhere(error);
                full = true;
                schedule(CALL_MS / 4, this::beat);
            }
        }
    }

    private void accepted(ConsumerGroupHeartbeatResponseData response) {
        boolean joined = epoch == JOIN;
        epoch = response.memberEpoch();
        full = false;
        if (response.assignment() != null) {
            Set<Integer> given = new TreeSet<>();
            response.assignment()
                    .topicPartitions()
                    .forEach(topic -> given.addAll(topic.partitions()));
            target = given;
        } else if (joined && target == null) {
            target = new TreeSet<>();
        }
        reconcile();
        schedule(response.heartbeatIntervalMs(), this::beat);
    }

    /** Commits, gives up what is not its any more, takes the rest, and says so at once. */
    private void reconcile() {
        Set<Integer> aim = target;
        if (aim == null || revoking || owned().equals(aim)) {
            return;
        }
        boolean givesUp = !aim.containsAll(owned());
        if (givesUp) {
            revoking = true;
            int asked = epoch;
            commit(
                    () -> {
                        revoking = false;
                        if (asked <= epoch && epoch > JOIN && target != null) {
                            own(target);
                            schedule(1, this::beat);
                        }
                    });
        } else {
            own(aim);
            schedule(1, this::beat);
        }
    }

    /** Leaves as a consumer that is closed does, and ends. */
    void leave() {
        ConsumerGroupHeartbeatRequestData request =
                new ConsumerGroupHeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(memberId)
                        .setInstanceId(instanceId)
                        .setMemberEpoch(LEAVE);
        this.<ConsumerGroupHeartbeatResponseData>ask(
                VERSION,
                (groups, caller) -> groups.members().consumerHeartbeat(caller, request),
                CALL_MS,
                response -> crash());
    }
}
