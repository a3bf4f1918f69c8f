package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupSettings;

/**
 * How soon members are told to come back. A member hears of what others do with its next heartbeat,
 * so it comes often while all members together are few, and as seldom as configured where they are
 * many. Counts the members of all groups of a coordinator; for the groups' thread.
 *
 * @see <a href="../../../../../../../../../docs/adr/0141-a-pace-of-heartbeats.md">ADR 141</a>
 */
final class HeartbeatPace {
    /** Heartbeats a second that all members together are asked for while nothing happens. */
    private static final int QUIET_PER_SECOND = 200;

    /** The same, where all groups were changing hands at once. */
    private static final int BUSY_PER_SECOND = 2_000;

    /** The same, where all members were told partitions and have not said that they hold them. */
    private static final int AWAITED_PER_SECOND = 500;

    /** Of members whose group changes hands. */
    private static final int SHORTEST_MS = 500;

    /** Of members that have not yet said that they hold what they were told. */
    private static final int SOON_MS = 20;

    /** They come back after that part of the time since they were told: seldom if it takes long. */
    private static final int PART_OF_WAIT = 8;

    private static final long MS_PER_SECOND = 1_000;

    private final GroupSettings settings;
    private int members;

    HeartbeatPace(GroupSettings settings) {
        this.settings = settings;
    }

    /**
     * @param more negative where members are gone
     */
    void add(int more) {
        members += more;
    }

    /** For members whose group is stable. */
    int quietMs() {
        int longest = settings.consumerHeartbeatMs();
        return between(
                Math.min(settings.consumerMinHeartbeatMs(), longest), QUIET_PER_SECOND, longest);
    }

    /** For members of a group whose partitions change hands. */
    int busyMs() {
        int longest = quietMs();
        return between(Math.min(SHORTEST_MS, longest), BUSY_PER_SECOND, longest);
    }

    /**
     * For members that were told partitions and have not said since that they hold them. Clients
     * look at what they were told when they would send their next heartbeat, not before.
     *
     * @param awaitedMs since they were told
     */
    int acknowledgeMs(long awaitedMs) {
        int longest = quietMs();
        long shortest = Math.max(SOON_MS, awaitedMs / PART_OF_WAIT);
        return between((int) Math.min(shortest, longest), AWAITED_PER_SECOND, longest);
    }

    private int between(int shortest, int perSecond, int longest) {
        return Math.clamp(members * MS_PER_SECOND / perSecond, shortest, longest);
    }
}
