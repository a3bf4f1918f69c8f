package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.offset.OffsetExpiry;
import io.tidemark.environment.Timers.Timer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Forgets what nobody wants any more: offsets whose retention is over, offsets of deleted topics,
 * and groups that have neither offsets nor members. Looks at few groups at a time, so that requests
 * come in between.
 */
final class Housekeeping {
    private static final int GROUPS_AT_A_TIME = 500;

    private final GroupTable table;
    private final GroupWorld world;
    private @Nullable Timer timer;

    Housekeeping(GroupTable table) {
        this.table = table;
        this.world = table.world();
    }

    /** Looks once now, for what happened while nobody led, and then at the interval. */
    void start() {
        forgetDeletedTopics();
        scheduleRound();
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void scheduleRound() {
        timer =
                world.timers()
                        .schedule(world.settings().offsetsCheckMs(), () -> look(table.ids(), 0));
    }

    private void look(List<String> ids, int from) {
        int to = Math.min(ids.size(), from + GROUPS_AT_A_TIME);
        // First: the round goes on where these groups fail.
        if (to < ids.size()) {
            timer = world.timers().schedule(0, () -> look(ids, to));
        } else {
            scheduleRound();
        }
        for (String id : ids.subList(from, to)) {
            table.find(id).ifPresent(this::look);
        }
    }

    private void look(Group group) {
        long nowMs = world.clock().wallMs();
        forget(
                group,
                OffsetExpiry.expired(
                        group.offsets(),
                        group.membership(),
                        nowMs,
                        world.settings().offsetsRetentionMs()));
        if (group.offsets().isEmpty() && isAbandoned(group.membership(), nowMs)) {
            decide(new GroupChange.GroupRemoved(group.id()));
            table.remove(group);
        }
    }

    /** A group whose first member is about to join has no members either. */
    private boolean isAbandoned(Optional<Membership> membership, long nowMs) {
        return membership.isEmpty()
                || membership.get().isEmpty()
                        && nowMs - membership.get().sinceMs() >= world.settings().offsetsCheckMs();
    }

    void forgetDeletedTopics() {
        for (Group group : table.all()) {
            forget(group, OffsetExpiry.orphaned(group.offsets(), world.image().get()));
        }
    }

    private void forget(Group group, List<TopicPartition> partitions) {
        for (int from = 0; from < partitions.size(); from += OffsetRequests.OFFSETS_A_CHANGE) {
            int to = Math.min(partitions.size(), from + OffsetRequests.OFFSETS_A_CHANGE);
            decide(new GroupChange.OffsetsRemoved(group.id(), partitions.subList(from, to)));
        }
    }

    private void decide(GroupChange change) {
        var unused = world.runtime().decide(Decision.of(List.of(change)));
    }
}
