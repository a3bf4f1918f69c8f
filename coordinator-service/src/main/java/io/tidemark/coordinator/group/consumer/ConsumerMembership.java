package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.pattern.Matches;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * The membership of a KIP-848 group, whose members speak that protocol or, while the group is
 * upgraded, the classic one. Belongs to the groups' thread.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/HhD1D">KIP-848</a>
 */
final class ConsumerMembership implements Membership {
    /** The first version of OffsetCommit that knows member epochs. */
    private static final short EPOCH_COMMIT_VERSION = 9;

    private final ConsumerGroup group;
    private final GroupWorld world;
    private final Steps steps;
    private final Presence presence;
    private final ConsumerMembers consumers;
    private final ClassicMembers classics;

    ConsumerMembership(ConsumerGroup group, GroupHost host, HeartbeatPace pace) {
        this.group = group;
        this.world = host.world();
        this.steps = new Steps(group, host);
        this.presence = new Presence(group, steps, world, pace);
        this.consumers = new ConsumerMembers(group, steps, presence, world);
        this.classics = new ClassicMembers(group, steps, presence, world);
        for (Member member : group.members()) {
            presence.alive(member);
            presence.noteProgress(member.at(member.epoch(), member.assigned()), member);
        }
    }

    @Override
    public CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        return consumers.heartbeat(caller, request);
    }

    @Override
    public CompletionStage<JoinGroupResponseData> join(
            Caller caller, JoinGroupRequestData request) {
        return classics.join(caller, request);
    }

    @Override
    public CompletionStage<SyncGroupResponseData> sync(
            Caller caller, SyncGroupRequestData request) {
        return classics.sync(request);
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heartbeat(
            Caller caller, HeartbeatRequestData request) {
        return classics.heartbeat(request);
    }

    @Override
    public CompletionStage<LeaveGroupResponseData> leave(
            Caller caller, LeaveGroupRequestData request) {
        return classics.leave(caller, request);
    }

    @Override
    public String groupType() {
        return "consumer";
    }

    @Override
    public String protocolType() {
        return ConsumerProtocol.TYPE;
    }

    @Override
    public String state() {
        return group.state();
    }

    @Override
    public boolean isEmpty() {
        return group.members().isEmpty();
    }

    @Override
    public long sinceMs() {
        return group.sinceMs();
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return group.members().stream()
                        .anyMatch(member -> member.subscription().topics().contains(topic))
                || world.image().get().topic(topic).filter(this::mayMatch).isPresent();
    }

    /** While it is not known what a pattern matches, it may match everything. */
    private boolean mayMatch(TopicImage topic) {
        return group.patterns().stream()
                .map(steps::matches)
                .anyMatch(
                        matches ->
                                !(matches instanceof Matches.Current current)
                                        || current.contains(topic.id()));
    }

    @Override
    public ErrorCode checkCommit(Caller caller, String memberId, String instanceId, int epoch) {
        if (epoch < 0 && isEmpty()) {
            return ErrorCode.NONE;
        }
        Optional<Member> member = group.member(memberId);
        if (member.filter(Member::isClassic).isPresent()) {
            ErrorCode error =
                    classics.check(memberId, instanceId.isEmpty() ? null : instanceId, epoch);
            if (error == ErrorCode.NONE) {
                presence.alive(member.get());
            }
            return error;
        }
        if (member.isPresent() && caller.apiVersion() < EPOCH_COMMIT_VERSION) {
            return ErrorCode.UNSUPPORTED_VERSION;
        }
        return member.filter(known -> known.mayCommitAt(epoch)).isPresent()
                ? ErrorCode.NONE
                : checkEpoch(member, epoch);
    }

    @Override
    public ErrorCode checkCommitTo(String memberId, int epoch, Uuid topicId, int partition) {
        Optional<Member> member = group.member(memberId);
        return member.isEmpty()
                        || member.get().isClassic()
                        || member.get().mayCommitAt(epoch, topicId, partition)
                ? ErrorCode.NONE
                : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public ErrorCode checkFetch(String memberId, int epoch) {
        return memberId.isEmpty() && epoch < 0
                ? ErrorCode.NONE
                : checkEpoch(group.member(memberId), epoch);
    }

    private static ErrorCode checkEpoch(Optional<Member> member, int epoch) {
        if (member.isEmpty()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        if (member.get().epoch() == epoch) {
            return ErrorCode.NONE;
        }
        return member.get().isClassic()
                ? ErrorCode.ILLEGAL_GENERATION
                : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public void describe(DescribeGroupsResponseData.DescribedGroup into) {
        into.setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.number())
                .setErrorMessage("Group " + group.id() + " is not a classic group.")
                .setGroupState("Dead");
    }

    @Override
    public void describe(ConsumerGroupDescribeResponseData.DescribedGroup into) {
        Descriptions.describe(group, world.image().get(), into);
    }

    @Override
    public void topicsChanged() {
        steps.topicsChanged();
    }

    @Override
    public void close(ErrorCode error) {
        presence.close();
        classics.close();
        steps.close(error);
    }
}
