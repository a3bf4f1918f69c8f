package io.tidemark.partition.replica;

/** What a leader knows of one other replica, in one leader epoch. */
final class Follower {
    private static final long NEVER = -1;

    final int nodeId;

    /** Counts in the ISR that the coordinator has decided. */
    boolean inSync;

    /** Counts in a proposal that the coordinator has not answered yet. */
    boolean proposed;

    /** Whether its node may join in-sync sets, as of its last fetch. */
    private boolean joinable;

    private long nodeEpoch = Nodes.UNKNOWN;
    private long end = NEVER;
    private long leaderEndThen;
    private long fetchedNanos;
    private boolean caughtUpOnce;
    private long caughtUpNanos;

    Follower(int nodeId) {
        this.nodeId = nodeId;
    }

    /** It counts as in sync from now on, so it has until the lag's limit to show itself. */
    void startInSync(long nowNanos) {
        caughtUp(nowNanos);
    }

    /** It counts no more: nobody waits for it until it has shown itself again. */
    void left() {
        joinable = false;
        caughtUpOnce = false;
    }

    /**
     * It asks for what follows {@code fetchOffset}: so far its log is safe.
     *
     * @param leaderEnd the end of the leader's log now
     */
    void fetched(long epoch, boolean mayJoin, long fetchOffset, long leaderEnd, long nowNanos) {
        if (epoch != nodeEpoch) {
            nodeEpoch = epoch;
            end = NEVER;
        }
        boolean before = end != NEVER;
        joinable = mayJoin;
        if (fetchOffset >= leaderEnd) {
            caughtUp(nowNanos);
        } else if (before && fetchOffset >= leaderEndThen) {
            caughtUp(fetchedNanos);
        }
        end = fetchOffset;
        leaderEndThen = leaderEnd;
        fetchedNanos = nowNanos;
    }

    private void caughtUp(long atNanos) {
        if (!caughtUpOnce || atNanos - caughtUpNanos > 0) {
            caughtUpOnce = true;
            caughtUpNanos = atNanos;
        }
    }

    /** Up to where its log is safe; 0 where it has not said so yet. */
    long end() {
        return Math.max(0, end);
    }

    /** The epoch of the incarnation that has fetched last; {@link Nodes#UNKNOWN} before. */
    long nodeEpoch() {
        return nodeEpoch;
    }

    boolean hasFetched() {
        return end != NEVER;
    }

    boolean joinable() {
        return joinable;
    }

    /** Whether it had all that the leader had, at some time in the last {@code withinNanos}. */
    boolean keepsUp(long leaderEnd, long withinNanos, long nowNanos) {
        return (hasFetched() && end >= leaderEnd)
                || (caughtUpOnce && nowNanos - caughtUpNanos <= withinNanos);
    }

    /** Whether it has fetched in the last {@code withinNanos}. */
    boolean fetchedWithin(long withinNanos, long nowNanos) {
        return hasFetched() && nowNanos - fetchedNanos <= withinNanos;
    }
}
