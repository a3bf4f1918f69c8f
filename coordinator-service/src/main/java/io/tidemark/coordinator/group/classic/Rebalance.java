package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Timers;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads a group into its next generation: waits for members to join, and completes the joins. The
 * first members of an empty group wait a little for others, and longer while others keep coming.
 */
final class Rebalance {
    private static final Logger LOG = LoggerFactory.getLogger(Rebalance.class);

    private final ClassicGroup group;
    private final Syncing syncing;
    private boolean gathering;
    private boolean moreCame;
    private long gatherMs;
    private Timers.@Nullable Timer timer;

    Rebalance(ClassicGroup group, Syncing syncing) {
        this.group = group;
        this.syncing = syncing;
    }

    /**
     * The members must join again. Nothing happens where they are about to already.
     *
     * @param reason for the log
     */
    void prepare(String reason) {
        if (group.is(ClassicState.PREPARING_REBALANCE) || group.is(ClassicState.DEAD)) {
            return;
        }
        LOG.info(
                "Group {} rebalances after generation {}: {}",
                LogText.of(group.id()),
                group.generation(),
                LogText.of(reason));
        if (group.is(ClassicState.COMPLETING_REBALANCE)) {
            syncing.abort();
        }
        gathering = group.is(ClassicState.EMPTY);
        group.move(ClassicState.PREPARING_REBALANCE);
        if (gathering) {
            gatherMs = group.members().longestRebalanceTimeoutMs();
            gather();
        } else if (!completeIfAllJoined()) {
            in(group.members().longestRebalanceTimeoutMs(), this::complete);
        }
    }

    /** A member was added that waits for the next generation. */
    void added(String reason) {
        if (group.is(ClassicState.PREPARING_REBALANCE)) {
            moreCame = true;
        }
        joined(reason);
    }

    /** A member waits for the next generation. */
    void joined(String reason) {
        prepare(reason);
        completeIfAllJoined();
    }

    /** Members are gone, which may have been waited for. */
    void left(String reason) {
        switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE -> prepare(reason);
            case PREPARING_REBALANCE -> completeIfAllJoined();
            case EMPTY, DEAD -> {}
        }
    }

    void end() {
        in(0, null);
    }

    private boolean completeIfAllJoined() {
        boolean all =
                group.is(ClassicState.PREPARING_REBALANCE)
                        && !gathering
                        && group.members().allJoined()
                        && group.pending().isEmpty();
        if (all) {
            complete();
        }
        return all;
    }

    private void gather() {
        moreCame = false;
        long delayMs = Math.min(group.world().settings().initialRebalanceDelayMs(), gatherMs);
        gatherMs -= delayMs;
        in(
                delayMs,
                () -> {
                    if (moreCame && gatherMs > 0) {
                        gather();
                    } else {
                        complete();
                    }
                });
    }

    /** The one place where a generation begins. */
    private void complete() {
        in(0, null);
        gathering = false;
        drop("did not join again", member -> member.joining() == null && !member.isStatic());
        ClassicMembers members = group.members();
        if (!members.isEmpty() && !members.electJoined()) {
            in(members.longestRebalanceTimeoutMs(), this::complete);
            return;
        }
        group.beginGeneration();
        if (members.isEmpty()) {
            LOG.info("Group {} is empty", LogText.of(group.id()));
            group.move(ClassicState.EMPTY);
            group.store(error -> {});
            return;
        }
        group.move(ClassicState.COMPLETING_REBALANCE);
        syncing.begin();
        for (ClassicMember member : members.all()) {
            JoinGroupResponseData answer =
                    JoinAnswers.generation(group, member, members.isLeader(member));
            group.answerJoin(member, answer);
            member.known();
            member.alive();
        }
        LOG.info(
                "Group {} has {} members in generation {}, protocol {}",
                LogText.of(group.id()),
                members.size(),
                group.generation(),
                LogText.of(group.protocol()));
        in(members.longestRebalanceTimeoutMs(), this::dropUnsynced);
    }

    private void dropUnsynced() {
        if (drop("did not sync", member -> !member.hasSynced())) {
            left("members did not sync in time");
        }
    }

    private boolean drop(String why, Predicate<ClassicMember> which) {
        List<ClassicMember> out = new ArrayList<>(group.members().all());
        out.removeIf(which.negate());
        for (ClassicMember member : out) {
            LOG.info(
                    "Member {} of group {} is out: {}",
                    LogText.of(member.id()),
                    LogText.of(group.id()),
                    why);
            group.remove(member, ErrorCode.UNKNOWN_MEMBER_ID);
        }
        return !out.isEmpty();
    }

    private void in(long delayMs, @Nullable Runnable task) {
        if (timer != null) {
            timer.cancel();
        }
        timer = task == null ? null : group.schedule(delayMs, task);
    }
}
