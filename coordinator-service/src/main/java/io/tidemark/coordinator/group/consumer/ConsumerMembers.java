package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** The members that speak the KIP-848 protocol: their heartbeats. */
final class ConsumerMembers {
    private final ConsumerGroup group;
    private final Steps steps;
    private final Presence presence;
    private final GroupWorld world;

    ConsumerMembers(ConsumerGroup group, Steps steps, Presence presence, GroupWorld world) {
        this.group = group;
        this.steps = steps;
        this.presence = presence;
        this.world = world;
    }

    CompletionStage<ConsumerGroupHeartbeatResponseData> heartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        Optional<Refusal> refusal = HeartbeatRules.check(caller.apiVersion(), request);
        if (refusal.isPresent()) {
            steps.run();
            return CompletableFuture.completedFuture(refused(refusal.get()));
        }
        if (request.memberEpoch() < Member.JOINING) {
            return steps.submit(leave(request));
        }
        Optional<Refusal> stored = PatternRules.checkStored(group, request, world);
        if (stored.isPresent()) {
            return CompletableFuture.completedFuture(refused(stored.get()));
        }
        Optional<Member> unchanged = unchanged(request);
        if (unchanged.isPresent()) {
            presence.alive(unchanged.get());
            presence.acknowledgements().hear(unchanged.get(), Messages.held(request));
            return CompletableFuture.completedFuture(told(unchanged.get(), false));
        }
        Beat beat = new Beat(caller, request);
        return steps.submit(Step.staying(beat::enter, beat::answer, ConsumerMembers::failed));
    }

    /** The member of a heartbeat that says nothing new and is told nothing new. */
    private Optional<Member> unchanged(ConsumerGroupHeartbeatRequestData request) {
        boolean silent =
                request.subscribedTopicNames() == null
                        && request.subscribedTopicRegex() == null
                        && request.serverAssignor() == null
                        && request.rackId() == null
                        && request.rebalanceTimeoutMs() < 0;
        if (!silent || group.needsSettling()) {
            return Optional.empty();
        }
        return group.member(request.memberId())
                .filter(member -> !member.isClassic())
                .filter(member -> member.epoch() == request.memberEpoch())
                .filter(group::isSettled)
                .filter(member -> isInstance(member, request.instanceId()));
    }

    private static boolean isInstance(Member member, @Nullable String instanceId) {
        return instanceId == null
                || member.subscription().instanceId().filter(instanceId::equals).isPresent();
    }

    /** One heartbeat of a member that joins or stays. */
    private final class Beat {
        private final Caller caller;
        private final ConsumerGroupHeartbeatRequestData request;
        private String memberId;
        private Optional<PartitionSet> held;
        private PartitionSet told = PartitionSet.none();

        Beat(Caller caller, ConsumerGroupHeartbeatRequestData request) {
            this.caller = caller;
            this.request = request;
            this.memberId = request.memberId();
            this.held = Messages.held(request);
        }

        Optional<ConsumerGroupHeartbeatResponseData> enter() {
            Optional<Refusal> refusal = request.memberEpoch() == Member.JOINING ? join() : check();
            return refusal.or(this::update).map(ConsumerMembers::refused);
        }

        private Optional<Refusal> check() {
            Optional<Refusal> refusal = identify(memberId, request.instanceId());
            if (refusal.isPresent()) {
                return refusal;
            }
            return group.member(memberId).flatMap(this::checkEpoch);
        }

        private Optional<Refusal> checkEpoch(Member member) {
            told = member.assigned();
            int epoch = request.memberEpoch();
            boolean responseWasLost =
                    epoch < member.epoch()
                            && epoch == member.previousEpoch()
                            && held.filter(member.assigned()::containsAll).isPresent();
            return epoch == member.epoch() || responseWasLost
                    ? Optional.empty()
                    : Refusal.because(
                            ErrorCode.FENCED_MEMBER_EPOCH,
                            "Member "
                                    + memberId
                                    + " is at epoch "
                                    + member.epoch()
                                    + ", not "
                                    + epoch
                                    + ". It must abandon all its partitions and rejoin.");
        }

        private Optional<Refusal> join() {
            if (memberId.isEmpty()) {
                memberId = newMemberId();
            }
            String instanceId = request.instanceId();
            Optional<Member> known = group.member(memberId);
            Optional<Member> before =
                    instanceId == null ? known : group.instance(instanceId).or(() -> known);
            if (before.isEmpty()) {
                return group.members().size() < world.settings().maxSize()
                        ? Optional.empty()
                        : Refusal.because(
                                ErrorCode.GROUP_MAX_SIZE_REACHED,
                                "The consumer group has reached its maximum capacity of "
                                        + world.settings().maxSize()
                                        + " members.");
            }
            return rejoin(before.get(), known);
        }

        private Optional<Refusal> rejoin(Member before, Optional<Member> known) {
            boolean same = before.id().equals(memberId);
            if (!same && (known.isPresent() || !(before.isAway() || before.isClassic()))) {
                return Refusal.because(
                        ErrorCode.UNRELEASED_INSTANCE_ID,
                        "Instance id "
                                + request.instanceId()
                                + " is still used by member "
                                + before.id()
                                + ".");
            }
            if (!same || before.isAway() || before.isClassic()) {
                presence.forget(before.id());
                group.succeed(before, memberId);
            } else {
                // It may be the repetition of a request whose answer was lost: nothing is freed
                // until the member says what it holds.
                held = Optional.empty();
            }
            return Optional.empty();
        }

        private Optional<Refusal> update() {
            Optional<Member> known = group.member(memberId);
            Subscription subscription =
                    Messages.subscription(caller, request, known.map(Member::subscription));
            Optional<Refusal> tooMuch =
                    PatternRules.checkWork(group, known, subscription.regex(), world.image().get());
            if (tooMuch.isPresent()) {
                return tooMuch;
            }
            Member member =
                    known.map(before -> before.with(subscription, Optional.empty()))
                            .orElseGet(
                                    () -> Member.joining(memberId, subscription, Optional.empty()));
            group.put(member);
            return Optional.empty();
        }

        ConsumerGroupHeartbeatResponseData answer() {
            Optional<Member> entered = group.member(memberId);
            if (entered.isEmpty()) {
                return refused(Refusal.unknownMember(memberId));
            }
            Member member = group.advance(entered.get(), held);
            presence.alive(member);
            presence.noteProgress(entered.get(), member);
            boolean whole = Messages.isFull(request) || !member.assigned().equals(told);
            if (whole) {
                presence.acknowledgements().tell(member);
            }
            presence.acknowledgements().hear(member, held);
            return told(member, whole);
        }
    }

    private String newMemberId() {
        return new Uuid(world.entropy().nextLong(), world.entropy().nextLong()).toString();
    }

    /** Checks that the member is here, speaks this protocol and has the instance id, if any. */
    private Optional<Refusal> identify(String memberId, @Nullable String instanceId) {
        if (instanceId != null) {
            Optional<Member> owner = group.instance(instanceId);
            if (owner.isPresent() && !owner.get().id().equals(memberId)) {
                return Optional.of(Refusal.fencedInstance(instanceId, owner.get().id(), memberId));
            }
        }
        return group.member(memberId)
                        .filter(member -> !member.isClassic())
                        .filter(member -> isInstance(member, instanceId))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(Refusal.unknownMember(memberId));
    }

    private Step<ConsumerGroupHeartbeatResponseData> leave(
            ConsumerGroupHeartbeatRequestData request) {
        Supplier<Optional<ConsumerGroupHeartbeatResponseData>> enter =
                () -> {
                    Optional<Refusal> refusal = identify(request.memberId(), request.instanceId());
                    if (refusal.isEmpty()) {
                        group.member(request.memberId())
                                .ifPresent(member -> goodbye(member, request.memberEpoch()));
                    }
                    return refusal.map(ConsumerMembers::refused);
                };
        return Step.leaving(
                enter,
                () ->
                        new ConsumerGroupHeartbeatResponseData()
                                .setMemberId(request.memberId())
                                .setMemberEpoch(request.memberEpoch()),
                ConsumerMembers::failed);
    }

    private void goodbye(Member member, int epoch) {
        if (epoch == Member.AWAY) {
            Member away = member.away();
            group.put(away);
            presence.hasActed(away);
            presence.alive(away);
        } else {
            presence.putOut(member);
        }
    }

    private ConsumerGroupHeartbeatResponseData told(Member member, boolean whole) {
        ConsumerGroupHeartbeatResponseData response =
                new ConsumerGroupHeartbeatResponseData()
                        .setMemberId(member.id())
                        .setMemberEpoch(member.epoch())
                        .setHeartbeatIntervalMs(presence.nextHeartbeatMs(member));
        return whole
                ? response.setAssignment(
                        new ConsumerGroupHeartbeatResponseData.Assignment()
                                .setTopicPartitions(Messages.assignment(member.assigned())))
                : response;
    }

    static ConsumerGroupHeartbeatResponseData refused(Refusal refusal) {
        return new ConsumerGroupHeartbeatResponseData()
                .setErrorCode(refusal.error().number())
                .setErrorMessage(refusal.message());
    }

    private static ConsumerGroupHeartbeatResponseData failed(ErrorCode error) {
        ConsumerGroupHeartbeatResponseData response =
                new ConsumerGroupHeartbeatResponseData().setErrorCode(error.number());
        return GroupRuntime.isRefusal(error)
                ? response.setErrorMessage(
                        "The group with this member is more than the log takes at once.")
                : response;
    }
}
