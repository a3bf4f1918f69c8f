package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * The members of a KIP-848 group that speak the classic protocol. None of them leads: each joins,
 * is told its epoch as its generation, and is given its partitions when it syncs. Where it has to
 * move, its heartbeat is told to rejoin.
 */
final class ClassicMembers {
    /** From this version on a dynamic member is named first and joins with its name. */
    private static final short NAMED_FIRST_VERSION = 4;

    private final ConsumerGroup group;
    private final Steps steps;
    private final Presence presence;
    private final GroupWorld world;

    /** Ids that were given out and not used yet, each for the session timeout that it came with. */
    private final MemberTimers promised;

    ClassicMembers(ConsumerGroup group, Steps steps, Presence presence, GroupWorld world) {
        this.group = group;
        this.steps = steps;
        this.presence = presence;
        this.world = world;
        this.promised = new MemberTimers(world.clock(), world.timers(), memberId -> {});
    }

    void close() {
        promised.clearAll();
    }

    CompletionStage<JoinGroupResponseData> join(Caller caller, JoinGroupRequestData request) {
        int session = request.sessionTimeoutMs();
        if (session < world.settings().minSessionMs()
                || session > world.settings().maxSessionMs()) {
            return refusedJoin(ErrorCode.INVALID_SESSION_TIMEOUT, request.memberId());
        }
        Map<String, byte[]> protocols = new LinkedHashMap<>();
        request.protocols().forEach(each -> protocols.put(each.name(), each.metadata()));
        Optional<ConsumerProtocolSubscription> wanted =
                protocols.values().stream().findFirst().flatMap(ConsumerProtocol::subscription);
        if (!request.protocolType().equals(ConsumerProtocol.TYPE) || wanted.isEmpty()) {
            return refusedJoin(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, request.memberId());
        }
        boolean unnamed = request.memberId().isEmpty();
        String memberId = unnamed ? newMemberId(caller) : request.memberId();
        if (unnamed
                && request.groupInstanceId() == null
                && caller.apiVersion() >= NAMED_FIRST_VERSION) {
            promised.set(memberId, session);
            return refusedJoin(ErrorCode.MEMBER_ID_REQUIRED, memberId);
        }
        ClassicMemberState classic =
                new ClassicMemberState(
                        memberId,
                        Optional.ofNullable(request.groupInstanceId()),
                        caller.clientId(),
                        caller.clientHost(),
                        session,
                        request.rebalanceTimeoutMs() < 0 ? session : request.rebalanceTimeoutMs(),
                        protocols,
                        new byte[0]);
        Join join = new Join(classic, wanted.get(), !unnamed);
        return steps.submit(
                Step.staying(join::enter, join::answer, error -> joined(error, memberId)));
    }

    private String newMemberId(Caller caller) {
        return caller.clientId()
                + "-"
                + new Uuid(world.entropy().nextLong(), world.entropy().nextLong());
    }

    private static JoinGroupResponseData joined(ErrorCode error, String memberId) {
        return new JoinGroupResponseData()
                .setErrorCode(error.number())
                .setGenerationId(-1)
                .setProtocolName("")
                .setLeader("")
                .setMemberId(memberId);
    }

    private static CompletionStage<JoinGroupResponseData> refusedJoin(
            ErrorCode error, String memberId) {
        return CompletableFuture.completedFuture(joined(error, memberId));
    }

    /** A member that joins, or joins again to give up or take partitions. */
    private final class Join {
        private final ClassicMemberState classic;
        private final ConsumerProtocolSubscription wanted;
        private final boolean named;

        Join(ClassicMemberState classic, ConsumerProtocolSubscription wanted, boolean named) {
            this.classic = classic;
            this.wanted = wanted;
            this.named = named;
        }

        Optional<JoinGroupResponseData> enter() {
            String memberId = classic.memberId();
            Subscription subscription = Conversion.subscribed(classic, wanted);
            Optional<ErrorCode> refusal = takePlace(memberId);
            if (refusal.isPresent()) {
                return refusal.map(error -> joined(error, named ? memberId : ""));
            }
            group.put(
                    group.member(memberId)
                            .map(before -> before.with(subscription, Optional.of(classic)))
                            .orElseGet(
                                    () ->
                                            Member.joining(
                                                    memberId, subscription, Optional.of(classic))));
            return Optional.empty();
        }

        private Optional<ErrorCode> takePlace(String memberId) {
            Optional<Member> before = classic.instanceId().flatMap(group::instance);
            if (before.isPresent() && !before.get().id().equals(memberId)) {
                if (named) {
                    return Optional.of(ErrorCode.FENCED_INSTANCE_ID);
                }
                presence.forget(before.get().id());
                group.succeed(before.get(), memberId);
                return Optional.empty();
            }
            boolean comes = group.member(memberId).isEmpty();
            if (comes && named && !promised.isSet(memberId)) {
                // It has been put out and may not know it: it must drop what it has first.
                return Optional.of(ErrorCode.UNKNOWN_MEMBER_ID);
            }
            promised.clear(memberId);
            return comes && group.members().size() >= world.settings().maxSize()
                    ? Optional.of(ErrorCode.GROUP_MAX_SIZE_REACHED)
                    : Optional.empty();
        }

        JoinGroupResponseData answer() {
            Optional<Member> entered = group.member(classic.memberId());
            if (entered.isEmpty()) {
                return joined(ErrorCode.UNKNOWN_MEMBER_ID, classic.memberId());
            }
            PartitionSet held = Conversion.held(wanted, world.image().get());
            Member member = group.advance(entered.get(), Optional.of(held));
            presence.alive(member);
            presence.hasActed(member);
            presence.mustAct(member);
            return joined(ErrorCode.NONE, member.id())
                    .setGenerationId(member.epoch())
                    .setProtocolType(ConsumerProtocol.TYPE)
                    .setProtocolName(protocol(classic));
        }
    }

    private static String protocol(ClassicMemberState classic) {
        return classic.protocols().keySet().iterator().next();
    }

    CompletionStage<SyncGroupResponseData> sync(SyncGroupRequestData request) {
        SyncGroupResponseData response = new SyncGroupResponseData();
        ErrorCode error =
                check(request.memberId(), request.groupInstanceId(), request.generationId());
        Optional<Member> known = group.member(request.memberId());
        if (error != ErrorCode.NONE || known.isEmpty() || known.get().classic().isEmpty()) {
            return CompletableFuture.completedFuture(response.setErrorCode(error.number()));
        }
        Member member = known.get();
        ClassicMemberState classic = member.classic().get();
        String protocol = protocol(classic);
        if (differs(request.protocolType(), ConsumerProtocol.TYPE)
                || differs(request.protocolName(), protocol)) {
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.number()));
        }
        presence.alive(member);
        presence.hasActed(member);
        if (member.epoch() < group.epoch() && member.revoking().isEmpty()) {
            presence.mustAct(member);
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.REBALANCE_IN_PROGRESS.number()));
        }
        if (!member.revoking().isEmpty()) {
            presence.mustAct(member);
        }
        return CompletableFuture.completedFuture(
                response.setProtocolType(ConsumerProtocol.TYPE)
                        .setProtocolName(protocol)
                        .setAssignment(
                                Conversion.assignment(
                                        member.assigned(), classic, world.image().get())));
    }

    private static boolean differs(@Nullable String given, String expected) {
        return given != null && !given.equals(expected);
    }

    CompletionStage<HeartbeatResponseData> heartbeat(HeartbeatRequestData request) {
        steps.run();
        ErrorCode error =
                check(request.memberId(), request.groupInstanceId(), request.generationId());
        Optional<Member> known = group.member(request.memberId());
        if (error == ErrorCode.NONE && known.isPresent()) {
            presence.alive(known.get());
            if (mustRejoin(known.get())) {
                presence.mustAct(known.get());
                error = ErrorCode.REBALANCE_IN_PROGRESS;
            }
        }
        return CompletableFuture.completedFuture(
                new HeartbeatResponseData().setErrorCode(error.number()));
    }

    /** It is behind the group, has partitions to give up, or can have some that it waited for. */
    private boolean mustRejoin(Member member) {
        return member.epoch() < group.epoch()
                || !member.revoking().isEmpty()
                || group.canGain(member);
    }

    /** Whether a request of a member of this protocol is to be believed. */
    ErrorCode check(String memberId, @Nullable String instanceId, int generation) {
        Optional<Member> member = group.member(memberId).filter(Member::isClassic);
        if (instanceId != null) {
            Optional<Member> owner = group.instance(instanceId);
            if (owner.isPresent() && !owner.get().id().equals(memberId)) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
            member = owner.isEmpty() ? Optional.empty() : member;
        }
        if (member.isEmpty()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return member.get().epoch() == generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    CompletionStage<LeaveGroupResponseData> leave(Caller caller, LeaveGroupRequestData request) {
        boolean one = caller.apiVersion() < 3;
        List<MemberIdentity> leaving =
                one
                        ? List.of(new MemberIdentity().setMemberId(request.memberId()))
                        : request.members();
        List<MemberResponse> answers = new ArrayList<>();
        return steps.submit(
                Step.leaving(
                        () -> {
                            leaving.forEach(member -> answers.add(putOut(member)));
                            return Optional.empty();
                        },
                        () -> {
                            LeaveGroupResponseData response = new LeaveGroupResponseData();
                            return one
                                    ? response.setErrorCode(answers.getFirst().errorCode())
                                    : response.setMembers(answers);
                        },
                        error -> new LeaveGroupResponseData().setErrorCode(error.number())));
    }

    /** An administrator names a static member only, of whatever protocol. */
    private MemberResponse putOut(MemberIdentity identity) {
        String instanceId = identity.groupInstanceId();
        Optional<Member> member =
                instanceId == null
                        ? group.member(identity.memberId()).filter(Member::isClassic)
                        : group.instance(instanceId);
        ErrorCode error = member.isEmpty() ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.NONE;
        if (member.isPresent()
                && !identity.memberId().isEmpty()
                && !member.get().id().equals(identity.memberId())) {
            error = ErrorCode.FENCED_INSTANCE_ID;
        }
        if (error == ErrorCode.NONE) {
            member.ifPresent(presence::putOut);
        }
        return new MemberResponse()
                .setMemberId(identity.memberId())
                .setGroupInstanceId(instanceId)
                .setErrorCode(error.number());
    }
}
