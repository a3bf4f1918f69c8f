package io.tidemark.coordinator.group.classic;

import io.tidemark.coordinator.group.Deadline;
import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicStored;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.environment.Timers;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** What a classic group is. Decides nothing by itself. */
final class ClassicGroup {
    private final GroupHost host;
    private final String id;
    private final GroupWorld world;
    private final ClassicMembers members = new ClassicMembers();
    private final PendingMembers pending = new PendingMembers();
    private final Answers answers = new Answers();
    private ClassicState state = ClassicState.EMPTY;
    private int generation;
    private String protocolType = "";
    private String protocol = "";
    private long sinceMs;
    private @Nullable Predicate<String> subscribed;
    private CompletionStage<ErrorCode> storing = CompletableFuture.completedFuture(ErrorCode.NONE);

    ClassicGroup(GroupHost host) {
        this.host = host;
        this.id = host.id();
        this.world = host.world();
        this.sinceMs = world.clock().wallMs();
    }

    String id() {
        return id;
    }

    GroupWorld world() {
        return world;
    }

    ClassicMembers members() {
        return members;
    }

    PendingMembers pending() {
        return pending;
    }

    Answers answers() {
        return answers;
    }

    ClassicState state() {
        return state;
    }

    boolean is(ClassicState expected) {
        return state == expected;
    }

    int generation() {
        return generation;
    }

    /** Empty where it never had a member. */
    String protocolType() {
        return protocolType;
    }

    /** Of the present generation; empty where there is none. */
    String protocol() {
        return protocol;
    }

    long sinceMs() {
        return sinceMs;
    }

    void move(ClassicState next) {
        if (!state.leadsTo(next)) {
            throw new IllegalStateException(
                    "Group " + id + " cannot go from " + state + " to " + next);
        }
        state = next;
        if (next == ClassicState.PREPARING_REBALANCE) {
            members.all().forEach(member -> answerHeld(member, ErrorCode.REBALANCE_IN_PROGRESS));
        }
    }

    /** The members that are there make the next generation. */
    void beginGeneration() {
        generation++;
        protocol = members.isEmpty() ? "" : members.vote();
        touch();
    }

    /** Members have changed. */
    private void touch() {
        sinceMs = world.clock().wallMs();
        subscribed = null;
    }

    void restore(ClassicGroupState stored) {
        generation = stored.generation();
        protocolType = stored.protocolType();
        protocol = stored.protocol();
        sinceMs = stored.sinceMs();
        members.lead(stored.leader());
        state = members.isEmpty() ? ClassicState.EMPTY : ClassicState.STABLE;
    }

    /** Whether a member that knows these protocols may be let in. */
    boolean accepts(String type, Collection<String> protocols) {
        if (type.isEmpty() || protocols.isEmpty()) {
            return false;
        }
        return members.isEmpty()
                || (type.equals(protocolType) && protocols.stream().anyMatch(members::allKnow));
    }

    void add(ClassicMember member, String type) {
        if (members.isEmpty()) {
            protocolType = type;
        }
        members.add(member);
    }

    /** Lets go of a member; if it waits, that is its answer. */
    void remove(ClassicMember member, ErrorCode error) {
        refuse(member, error);
        member.session().end();
        members.remove(member);
    }

    /** The successor of a static member takes its place, with its assignment. */
    void replace(ClassicMember old, ClassicMember by) {
        refuse(old, ErrorCode.FENCED_INSTANCE_ID);
        old.session().end();
        by.assign(old.assignment());
        by.setSynced(old.hasSynced());
        members.replace(old, by);
        touch();
    }

    /** Answers the requests that wait for a member, if any. */
    void refuse(ClassicMember member, ErrorCode error) {
        answerJoin(
                member,
                new JoinGroupResponseData().setMemberId(member.id()).setErrorCode(error.number()));
        answerSync(member, new SyncGroupResponseData().setErrorCode(error.number()));
        answerHeld(member, error);
    }

    /** The member's heartbeat waits for news of the group, {@code mostMs} at most. */
    CompletionStage<HeartbeatResponseData> hold(ClassicMember member, long mostMs) {
        answerHeld(member, ErrorCode.NONE);
        CompletableFuture<HeartbeatResponseData> answer = new CompletableFuture<>();
        Timers.Timer timer = schedule(mostMs, () -> answerHeld(member, ErrorCode.NONE));
        member.setHeld(new HeldHeartbeat(answer, timer));
        return answer;
    }

    void answerHeld(ClassicMember member, ErrorCode error) {
        HeldHeartbeat held = member.held();
        if (held != null) {
            member.setHeld(null);
            held.timer().cancel();
            answers.give(held.answer(), new HeartbeatResponseData().setErrorCode(error.number()));
        }
    }

    void answerJoin(ClassicMember member, JoinGroupResponseData answer) {
        CompletableFuture<JoinGroupResponseData> waiting = member.joining();
        if (waiting != null) {
            members.await(member, null);
            answers.give(waiting, answer);
        }
    }

    void answerSync(ClassicMember member, SyncGroupResponseData answer) {
        CompletableFuture<SyncGroupResponseData> waiting = member.syncing();
        if (waiting != null) {
            member.setSyncing(null);
            answers.give(waiting, answer);
        }
    }

    /**
     * Whether a request comes from a member: {@code UNKNOWN_MEMBER_ID}, or {@code
     * FENCED_INSTANCE_ID} where another client has the instance id now.
     *
     * @param instanceId null or empty for a dynamic member
     */
    ErrorCode check(String memberId, @Nullable String instanceId) {
        if (instanceId == null || instanceId.isEmpty()) {
            return members.find(memberId).isPresent()
                    ? ErrorCode.NONE
                    : ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return members.instance(instanceId)
                .map(m -> m.id().equals(memberId) ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID)
                .orElse(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    ErrorCode check(String memberId, @Nullable String instanceId, int ofGeneration) {
        ErrorCode error = check(memberId, instanceId);
        return error == ErrorCode.NONE && ofGeneration != generation
                ? ErrorCode.ILLEGAL_GENERATION
                : error;
    }

    /** Whether a member consumes the topic; yes where members are consumers but do not say. */
    boolean isSubscribedTo(String topic) {
        if (members.isEmpty() || !protocolType.equals(ConsumerProtocol.TYPE)) {
            return false;
        }
        if (subscribed == null) {
            subscribed =
                    subscribedTopics()
                            .<Predicate<String>>map(all -> all::contains)
                            .orElse(t -> true);
        }
        return subscribed.test(topic);
    }

    /** Empty where a member does not say. */
    private Optional<Set<String>> subscribedTopics() {
        Set<String> all = new HashSet<>();
        for (ClassicMember member : members.all()) {
            Optional<Set<String>> some = member.topics(protocol);
            if (some.isEmpty()) {
                return some;
            }
            all.addAll(some.get());
        }
        return Optional.of(all);
    }

    Timers.Timer schedule(long delayMs, Runnable task) {
        return world.timers().schedule(Math.max(0, delayMs), () -> answers.after(task));
    }

    Deadline session(Runnable expired) {
        return new Deadline(world.clock(), world.timers(), () -> answers.after(expired));
    }

    /**
     * Makes the group last as it is. Where the log does not take that, this is a group no more: the
     * one that follows goes on with what lasts.
     *
     * @param then as with {@link #whenStored}
     */
    void store(Consumer<ErrorCode> then) {
        storing = world.runtime().decide(Decision.of(List.of(new ClassicStored(id, snapshot()))));
        whenStored(
                error -> {
                    then.accept(error);
                    if (GroupRuntime.isRefusal(error)) {
                        host.fallBack();
                    }
                });
    }

    /**
     * @param then is told {@code NONE} when everything stored is durable, or what to answer those
     *     who wait for it
     */
    void whenStored(Consumer<ErrorCode> then) {
        storing.thenAccept(error -> answers.after(() -> then.accept(error)));
    }

    ClassicGroupState snapshot() {
        return new ClassicGroupState(
                generation,
                protocolType,
                protocol,
                members.leader(),
                sinceMs,
                members.all().stream().map(ClassicMember::stored).toList());
    }
}
