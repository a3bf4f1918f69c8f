package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** Makes memberships of KIP-848 groups. For the groups' thread. */
public final class ConsumerGroups implements ConsumerProtocol {
    private final GroupSettings settings;
    private final HeartbeatPace pace;

    public ConsumerGroups(GroupSettings settings) {
        this.settings = settings;
        this.pace = new HeartbeatPace(settings);
    }

    @Override
    public CompletionStage<Optional<ConsumerGroupHeartbeatResponseData>> check(
            GroupWorld world, Caller caller, ConsumerGroupHeartbeatRequestData request) {
        Optional<Refusal> refusal = HeartbeatRules.check(caller.apiVersion(), request);
        CompletionStage<Optional<Refusal>> checked =
                refusal.isPresent()
                        ? CompletableFuture.completedFuture(refusal)
                        : PatternRules.checkNew(world, request);
        return checked.thenApply(found -> found.map(ConsumerMembers::refused));
    }

    @Override
    public Membership create(GroupHost host) {
        return new ConsumerMembership(
                new ConsumerGroup(host.id(), host.world().clock().wallMs()), host, pace);
    }

    @Override
    public Membership load(
            GroupHost host, ConsumerGroupState state, List<ConsumerMemberState> members) {
        return new ConsumerMembership(ConsumerGroup.load(host.id(), state, members), host, pace);
    }

    @Override
    public Optional<String> refusal(ClassicGroupState classic) {
        return Conversion.refusal(classic, settings.maxSize())
                .map(why -> "The group cannot take members of the consumer protocol: " + why + ".");
    }

    @Override
    public Membership convert(GroupHost host, ClassicGroupState classic) {
        return new ConsumerMembership(
                Conversion.toConsumer(host.id(), classic, host.world()), host, pace);
    }
}
