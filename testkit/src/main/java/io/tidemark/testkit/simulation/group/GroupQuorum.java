package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.environment.Entropy;
import io.tidemark.testkit.simulation.Schedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What Raft gives the coordinators: one order of entries, one leader at a time, and uncertainty. An
 * entry under way when its leader is replaced may be in the log or not; a leader may be replaced
 * and not know it for a while.
 */
final class GroupQuorum {
    private static final long ELECTION_NANOS = 400_000_000L;
    private static final long SYNC_NANOS = 300_000L;

    private final Schedule schedule;
    private final Entropy entropy;
    private final GroupChecks checks;
    private final List<List<GroupChange>> log = new ArrayList<>();
    private final List<GroupCoordinatorProcess> members = new ArrayList<>();
    private @Nullable GroupCoordinatorProcess leader;
    private int incarnation;
    private int term;

    GroupQuorum(Schedule schedule, Entropy entropy, GroupChecks checks) {
        this.schedule = schedule;
        this.entropy = entropy;
        this.checks = checks;
    }

    void add(GroupCoordinatorProcess member) {
        members.add(member);
    }

    List<List<GroupChange>> log() {
        return log;
    }

    /** Elects somebody whenever nobody leads. */
    void watch() {
        if (leader == null || leader.incarnation() != incarnation || leader.paused()) {
            elect();
        }
        schedule.after(ELECTION_NANOS / 2 + entropy.nextInt((int) ELECTION_NANOS), this::watch);
    }

    /** Has another member lead, whatever the one before thinks. */
    void elect() {
        GroupCoordinatorProcess before = leader;
        List<GroupCoordinatorProcess> able =
                members.stream().filter(m -> m.running() && !m.paused() && m != before).toList();
        if (able.isEmpty()) {
            return;
        }
        GroupCoordinatorProcess next = able.get(entropy.nextInt(able.size()));
        leader = next;
        incarnation = next.incarnation();
        int elected = ++term;
        next.afterNanos(SYNC_NANOS, () -> next.lead(elected));
        if (before != null && before.running()) {
            long unaware = entropy.nextInt((int) (2 * ELECTION_NANOS));
            before.afterNanos(unaware, () -> before.resign(elected));
        }
    }

    /**
     * Proposes an entry in a term.
     *
     * @return completes once it is applied by the proposer; fails where its fate is not known
     */
    CompletionStage<Void> propose(
            GroupCoordinatorProcess proposer, int inTerm, List<GroupChange> entry) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        long way = SYNC_NANOS + entropy.nextInt(2_000_000);
        schedule.after(
                way / 2,
                () -> {
                    // What is sent before the leader falls may reach a majority or not.
                    boolean led = term == inTerm;
                    boolean taken = led && (proposer.running() || entropy.nextInt(2) == 0);
                    if (taken) {
                        log.add(List.copyOf(entry));
                        checks.logged(entry);
                    }
                    if (proposer.running()) {
                        answerLater(proposer, way / 2, taken, inTerm, answer);
                    }
                });
        return answer;
    }

    private void answerLater(
            GroupCoordinatorProcess proposer,
            long nanos,
            boolean taken,
            int inTerm,
            CompletableFuture<Void> answer) {
        proposer.afterNanos(
                nanos,
                () -> {
                    proposer.catchUp();
                    if (taken && term == inTerm) {
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(new IOException("its fate is not known"));
                    }
                });
    }
}
