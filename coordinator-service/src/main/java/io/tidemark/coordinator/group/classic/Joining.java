package io.tidemark.coordinator.group.classic;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.Deadline;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.classic.ClassicMember.Identity;
import io.tidemark.coordinator.group.classic.ClassicMember.Terms;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/** Decides on requests to join. */
final class Joining {
    /** Clients older than this do not know MEMBER_ID_REQUIRED. */
    private static final short ID_FIRST_VERSION = 4;

    /** From this version on a leader may be told not to assign. */
    private static final short SKIP_ASSIGNMENT_VERSION = 9;

    /**
     * How long a member may wait for its first generation: it has no id, so it can send no sign of
     * life, and each of its retries would add a member.
     */
    private static final int FRESH_TIMEOUT_MS = 300_000;

    private final ClassicGroup group;
    private final Rebalance rebalance;
    private final Consumer<ClassicMember> silent;

    /** A request, read. */
    private record Join(
            Caller caller,
            String memberId,
            @Nullable String instanceId,
            String protocolType,
            Terms terms,
            String reason) {}

    /**
     * @param silent is told of members whose session has expired
     */
    Joining(ClassicGroup group, Rebalance rebalance, Consumer<ClassicMember> silent) {
        this.group = group;
        this.rebalance = rebalance;
        this.silent = silent;
    }

    CompletionStage<JoinGroupResponseData> join(Caller caller, JoinGroupRequestData request) {
        GroupSettings settings = group.world().settings();
        Join join = read(caller, request);
        if (join.terms.sessionTimeoutMs() < settings.minSessionMs()
                || join.terms.sessionTimeoutMs() > settings.maxSessionMs()) {
            return refused(join.memberId, ErrorCode.INVALID_SESSION_TIMEOUT);
        }
        if (!hasRoomFor(join.memberId)) {
            return turnAway(join.memberId);
        }
        if (!group.accepts(join.protocolType, join.terms.protocols().keySet())) {
            return refused(join.memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        return join.memberId.isEmpty() ? newcomer(join) : known(join);
    }

    private static Join read(Caller caller, JoinGroupRequestData request) {
        Map<String, byte[]> protocols = new LinkedHashMap<>();
        for (JoinGroupRequestProtocol protocol : request.protocols()) {
            protocols.put(protocol.name(), protocol.metadata());
        }
        String instanceId = request.groupInstanceId();
        int rebalanceTimeoutMs =
                request.rebalanceTimeoutMs() < 0
                        ? request.sessionTimeoutMs()
                        : request.rebalanceTimeoutMs();
        return new Join(
                caller,
                request.memberId(),
                instanceId == null || instanceId.isEmpty() ? null : instanceId,
                request.protocolType(),
                new Terms(request.sessionTimeoutMs(), rebalanceTimeoutMs, protocols),
                request.reason() == null ? "" : request.reason());
    }

    private boolean hasRoomFor(String memberId) {
        int most = group.world().settings().maxSize();
        Optional<ClassicMember> member = group.members().find(memberId);
        return switch (group.state()) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE ->
                    member.map(ClassicMember::joining).isPresent()
                            || group.members().joined() < most;
            case COMPLETING_REBALANCE, STABLE ->
                    member.isPresent() || group.members().size() < most;
        };
    }

    private CompletionStage<JoinGroupResponseData> turnAway(String memberId) {
        group.members()
                .find(memberId)
                .ifPresent(
                        member -> {
                            group.remove(member, ErrorCode.GROUP_MAX_SIZE_REACHED);
                            rebalance.left("a member is more than the group may have");
                        });
        return refused("", ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    private CompletionStage<JoinGroupResponseData> newcomer(Join join) {
        UUID random =
                new UUID(group.world().entropy().nextLong(), group.world().entropy().nextLong());
        if (join.instanceId != null) {
            String memberId = join.instanceId + "-" + random;
            return group.members()
                    .instance(join.instanceId)
                    .map(old -> replace(old, memberId, join))
                    .orElseGet(() -> add(memberId, join));
        }
        String memberId = join.caller.clientId() + "-" + random;
        if (join.caller.apiVersion() < ID_FIRST_VERSION) {
            return add(memberId, join);
        }
        if (group.pending().isFull()) {
            return refused("", ErrorCode.GROUP_MAX_SIZE_REACHED);
        }
        group.pending()
                .add(
                        memberId,
                        group.schedule(
                                join.terms.sessionTimeoutMs(),
                                () -> {
                                    group.pending().remove(memberId);
                                    rebalance.left("an expected member never came");
                                }));
        return refused(memberId, ErrorCode.MEMBER_ID_REQUIRED);
    }

    private CompletionStage<JoinGroupResponseData> add(String memberId, Join join) {
        ClassicMember member = named(memberId, join, true);
        group.pending().remove(memberId);
        group.add(member, join.protocolType);
        member.session().set(FRESH_TIMEOUT_MS);
        CompletableFuture<JoinGroupResponseData> answer = await(member);
        rebalance.added("member " + memberId + " joins: " + join.reason);
        return answer;
    }

    private ClassicMember named(String memberId, Join join, boolean fresh) {
        return member(
                group,
                new Identity(
                        memberId,
                        join.instanceId,
                        join.caller.clientId(),
                        join.caller.clientHost()),
                join.terms,
                fresh,
                silent);
    }

    /** Makes a member, which is not in the group yet. */
    static ClassicMember member(
            ClassicGroup group,
            Identity identity,
            Terms terms,
            boolean fresh,
            Consumer<ClassicMember> silent) {
        Deadline session =
                group.session(() -> group.members().find(identity.memberId()).ifPresent(silent));
        return new ClassicMember(identity, terms, session, fresh);
    }

    /** A static member is back and does not know the id it had. */
    private CompletionStage<JoinGroupResponseData> replace(
            ClassicMember old, String memberId, Join join) {
        String leader = group.members().leader();
        ClassicMember member = named(memberId, join, false);
        group.replace(old, member);
        member.alive();
        if (group.is(ClassicState.STABLE) && wantsTheSame(old, member)) {
            return keepGeneration(member, leader, join.caller.apiVersion());
        }
        CompletableFuture<JoinGroupResponseData> answer = await(member);
        rebalance.joined("static member " + join.instanceId + " is back: " + join.reason);
        return answer;
    }

    private boolean wantsTheSame(ClassicMember old, ClassicMember now) {
        String protocol = group.protocol();
        if (!group.members().vote().equals(protocol)) {
            return false;
        }
        Optional<Set<String>> topics = now.topics(protocol);
        return !group.protocolType().equals(ConsumerProtocol.TYPE)
                || topics.isEmpty()
                || topics.equals(old.topics(protocol));
    }

    /**
     * @param leader the leader before: an older client that is shown itself as the leader would
     *     assign
     */
    private CompletionStage<JoinGroupResponseData> keepGeneration(
            ClassicMember member, String leader, short version) {
        boolean leads = group.members().isLeader(member);
        boolean skips = version >= SKIP_ASSIGNMENT_VERSION;
        JoinGroupResponseData generation =
                JoinAnswers.generation(group, member, leads && skips)
                        .setSkipAssignment(leads && skips);
        if (!skips) {
            generation.setLeader(leader);
        }
        CompletableFuture<JoinGroupResponseData> answer = new CompletableFuture<>();
        group.store(
                error ->
                        group.answers()
                                .give(
                                        answer,
                                        error == ErrorCode.NONE
                                                ? generation
                                                : JoinAnswers.error(member.id(), error)));
        return answer;
    }

    private CompletionStage<JoinGroupResponseData> known(Join join) {
        if (join.instanceId == null && group.pending().contains(join.memberId)) {
            return add(join.memberId, join);
        }
        ErrorCode error = group.check(join.memberId, join.instanceId);
        if (error != ErrorCode.NONE) {
            return refused(join.memberId, error);
        }
        ClassicMember member = group.members().find(join.memberId).orElseThrow();
        boolean leads = group.members().isLeader(member);
        boolean same = member.terms().sameProtocols(join.terms);
        return switch (group.state()) {
            case EMPTY, DEAD -> refused(join.memberId, ErrorCode.UNKNOWN_MEMBER_ID);
            case PREPARING_REBALANCE -> rejoin(member, join);
            case COMPLETING_REBALANCE -> same ? again(member, leads) : rejoin(member, join);
            case STABLE -> same && !leads ? again(member, false) : rejoin(member, join);
        };
    }

    /** Its answer was lost, so it is repeated. */
    private CompletionStage<JoinGroupResponseData> again(
            ClassicMember member, boolean withMembers) {
        member.alive();
        return CompletableFuture.completedFuture(
                JoinAnswers.generation(group, member, withMembers));
    }

    private CompletionStage<JoinGroupResponseData> rejoin(ClassicMember member, Join join) {
        group.members().accept(member, join.terms);
        CompletableFuture<JoinGroupResponseData> answer = await(member);
        rebalance.joined("member " + member.id() + " joins again: " + join.reason);
        return answer;
    }

    private CompletableFuture<JoinGroupResponseData> await(ClassicMember member) {
        group.answerJoin(member, JoinAnswers.error(member.id(), ErrorCode.REBALANCE_IN_PROGRESS));
        CompletableFuture<JoinGroupResponseData> answer = new CompletableFuture<>();
        group.members().await(member, answer);
        return answer;
    }

    private static CompletionStage<JoinGroupResponseData> refused(
            String memberId, ErrorCode error) {
        return CompletableFuture.completedFuture(JoinAnswers.error(memberId, error));
    }
}
