package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupWorld;
import java.util.Optional;

/** Who shows itself in time: silent members, and those that hold up others, are put out. */
final class Presence {
    private final ConsumerGroup group;
    private final Steps steps;
    private final MemberTimers sessions;
    private final MemberTimers actions;
    private final Acknowledgements acknowledgements;
    private final int consumerSessionMs;
    private final HeartbeatPace pace;
    private int counted;

    Presence(ConsumerGroup group, Steps steps, GroupWorld world, HeartbeatPace pace) {
        this.group = group;
        this.steps = steps;
        this.sessions = new MemberTimers(world.clock(), world.timers(), this::expel);
        this.actions = new MemberTimers(world.clock(), world.timers(), this::expel);
        this.acknowledgements = new Acknowledgements(world.clock());
        this.pace = pace;
        this.consumerSessionMs = world.settings().consumerSessionMs();
    }

    private void expel(String memberId) {
        steps.submit(
                Step.leaving(
                        () -> {
                            group.member(memberId).ifPresent(this::putOut);
                            return Optional.empty();
                        },
                        () -> true,
                        error -> false));
    }

    /** Takes the member out of the group, and its deadlines with it. */
    void putOut(Member member) {
        group.remove(member);
        forget(member.id());
    }

    void forget(String memberId) {
        sessions.clear(memberId);
        actions.clear(memberId);
        acknowledgements.forget(memberId);
        count();
    }

    /** The member has a whole session from now. */
    void alive(Member member) {
        sessions.set(
                member.id(),
                member.classic()
                        .map(ClassicMemberState::sessionTimeoutMs)
                        .orElse(consumerSessionMs));
        count();
    }

    /** Tells the pace of members that have come or gone. */
    private void count() {
        pace.add(sessions.size() - counted);
        counted = sessions.size();
    }

    /** The member has to revoke, join or sync within its rebalance timeout, which runs on. */
    void mustAct(Member member) {
        if (!actions.isSet(member.id())) {
            actions.set(member.id(), member.subscription().rebalanceTimeoutMs());
        }
    }

    /** It has. */
    void hasActed(Member member) {
        actions.clear(member.id());
    }

    /** Begins or ends the time that the member has for revoking. */
    void noteProgress(Member before, Member after) {
        if (!after.revoking().equals(before.revoking())) {
            actions.clear(after.id());
        }
        if (!after.revoking().isEmpty()) {
            mustAct(after);
        }
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** When the member is asked to come back, in ms. */
    int nextHeartbeatMs(Member member) {
        return acknowledgements
                .awaitedMs(member)
                .map(pace::acknowledgeMs)
                .orElseGet(() -> group.isStable() ? pace.quietMs() : pace.busyMs());
    }

    void close() {
        sessions.clearAll();
        actions.clearAll();
        acknowledgements.clear();
        count();
    }
}
