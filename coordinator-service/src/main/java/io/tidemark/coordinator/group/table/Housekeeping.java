package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.offset.OffsetExpiry;
import io.tidemark.environment.Timers.Timer;
import java.util.ArrayList;
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
        List<GroupChange> changes = new ArrayList<>();
        for (String id : ids.subList(from, to)) {
            table.find(id).ifPresent(group -> look(group, changes));
        }
        log(changes);
    }

    private void look(Group group, List<GroupChange> changes) {
        long nowMs = world.clock().wallMs();
        forget(
                group,
                OffsetExpiry.expired(
                        group.offsets(),
                        group.membership(),
                        nowMs,
                        world.settings().offsetsRetentionMs()),
                changes);
        if (group.offsets().isEmpty() && isAbandoned(group.membership(), nowMs)) {
            table.remove(group);
            changes.add(new GroupChange.GroupRemoved(group.id()));
        }
    }

    /** A group whose first member is about to join has no members either. */
    private boolean isAbandoned(Optional<Membership> membership, long nowMs) {
        return membership.isEmpty()
                || membership.get().isEmpty()
                        && nowMs - membership.get().sinceMs() >= world.settings().offsetsCheckMs();
    }

    void forgetDeletedTopics() {
        List<GroupChange> changes = new ArrayList<>();
        for (Group group : table.all()) {
            forget(group, OffsetExpiry.orphaned(group.offsets(), world.image().get()), changes);
        }
        log(changes);
    }

    private static void forget(
            Group group, List<TopicPartition> partitions, List<GroupChange> changes) {
        if (!partitions.isEmpty()) {
            group.offsets().removeAll(partitions);
            changes.add(new GroupChange.OffsetsRemoved(group.id(), partitions));
        }
    }

    private void log(List<GroupChange> changes) {
        if (!changes.isEmpty()) {
            world.log().append(changes);
        }
    }
}
