package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
import org.jspecify.annotations.Nullable;

/** A membership in a test's hands: whoever asks to join is a member, and says what it consumes. */
final class HeldMembership implements Membership {
    final GroupHost host;
    final boolean classic;
    final Set<String> members = new HashSet<>();
    final Set<String> topics = new HashSet<>();
    final List<String> asked = new ArrayList<>();
    int topicChanges;
    long sinceMs;
    @Nullable ErrorCode closed;

    private HeldMembership(GroupHost host, boolean classic) {
        this.host = host;
        this.classic = classic;
        this.sinceMs = host.world().clock().wallMs();
    }

    /** Makes them, and remembers those it made. */
    static final class Both implements ClassicProtocol, ConsumerProtocol {
        final List<HeldMembership> made = new ArrayList<>();
        boolean classic;
        @Nullable String refusal;

        Both(boolean classic) {
            this.classic = classic;
        }

        @Override
        public Membership create(GroupHost host) {
            HeldMembership fresh = new HeldMembership(host, classic);
            made.add(fresh);
            return fresh;
        }

        @Override
        public Membership load(GroupHost host, ClassicGroupState state) {
            return create(host);
        }

        @Override
        public Membership load(
                GroupHost host, ConsumerGroupState state, List<ConsumerMemberState> members) {
            HeldMembership loaded = (HeldMembership) create(host);
            members.forEach(member -> loaded.members.add(member.memberId()));
            return loaded;
        }

        @Override
        public Membership convert(GroupHost host, ClassicGroupState state) {
            HeldMembership converted = (HeldMembership) create(host);
            converted.members.add("converted");
            return converted;
        }

        @Override
        public Optional<String> refusal(ClassicGroupState state) {
            return Optional.ofNullable(refusal);
        }
    }

    @Override
    public CompletionStage<JoinGroupResponseData> join(
            Caller caller, JoinGroupRequestData request) {
        asked.add("join");
        members.add(caller.clientId());
        return CompletableFuture.completedFuture(
                new JoinGroupResponseData().setMemberId(caller.clientId()));
    }

    @Override
    public CompletionStage<SyncGroupResponseData> sync(
            Caller caller, SyncGroupRequestData request) {
        asked.add("sync");
        return CompletableFuture.completedFuture(new SyncGroupResponseData());
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heartbeat(
            Caller caller, HeartbeatRequestData request) {
        asked.add("heartbeat");
        return CompletableFuture.completedFuture(new HeartbeatResponseData());
    }

    @Override
    public CompletionStage<LeaveGroupResponseData> leave(
            Caller caller, LeaveGroupRequestData request) {
        asked.add("leave");
        members.remove(caller.clientId());
        return CompletableFuture.completedFuture(new LeaveGroupResponseData());
    }

    @Override
    public CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        asked.add("consumerHeartbeat");
        members.add(caller.clientId());
        return CompletableFuture.completedFuture(new ConsumerGroupHeartbeatResponseData());
    }

    @Override
    public Optional<ClassicGroupState> classicState() {
        return classic
                ? Optional.of(new ClassicGroupState(1, "consumer", "range", "", sinceMs, List.of()))
                : Optional.empty();
    }

    @Override
    public String groupType() {
        return classic ? "classic" : "consumer";
    }

    @Override
    public String protocolType() {
        return "consumer";
    }

    @Override
    public String state() {
        return members.isEmpty() ? "Empty" : "Stable";
    }

    @Override
    public boolean isEmpty() {
        return members.isEmpty();
    }

    @Override
    public long sinceMs() {
        return sinceMs;
    }

    @Override
    public boolean isSubscribedTo(String topic) {
        return topics.contains(topic);
    }

    @Override
    public ErrorCode checkCommit(Caller caller, String memberId, String instanceId, int epoch) {
        return members.isEmpty() && epoch < 0 || members.contains(memberId)
                ? ErrorCode.NONE
                : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    @Override
    public ErrorCode checkFetch(String memberId, int epoch) {
        return epoch < 0 || epoch == 1 ? ErrorCode.NONE : ErrorCode.STALE_MEMBER_EPOCH;
    }

    @Override
    public void describe(DescribeGroupsResponseData.DescribedGroup into) {
        into.setProtocolData("range");
    }

    @Override
    public void describe(ConsumerGroupDescribeResponseData.DescribedGroup into) {
        into.setAssignorName("uniform");
    }

    @Override
    public void topicsChanged() {
        topicChanges++;
    }

    @Override
    public void close(ErrorCode error) {
        closed = error;
    }
}
