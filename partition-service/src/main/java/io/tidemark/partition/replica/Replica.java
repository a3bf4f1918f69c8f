package io.tidemark.partition.replica;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * One replica's state and rules. The high watermark of a leader is the lowest end that all in-sync
 * replicas have reported; it never moves back while the log is not cut, and does not move while
 * fewer than min.insync.replicas are in sync (KIP-966). That of a follower is its leader's, as far
 * as its own log goes. A replica's end counts what is durable there, or what is written where the
 * topic says {@code flush=os}.
 */
public final class Replica {
    private final int nodeId;
    private Role role = new Role.Idle(-1, PartitionImage.NO_LEADER);
    private int partitionEpoch = -1;
    private Rules rules;
    private long ownEnd;
    private long logEnd;
    private long highWatermark;
    private long leaderHighWatermark;
    private boolean barred;
    private Ready ready = Ready.NOTHING;

    /** What is left to be done after whatever has happened to a replica. */
    public enum Ready {
        NOTHING,
        /** More of its own log is safe: who waits for this replica alone can be answered. */
        OWN_END_MOVED,
        /** More is committed, or less: the log notes it, readers look, who waits is answered. */
        HIGH_WATERMARK_MOVED
    }

    /**
     * @param minInSync with fewer in sync, nothing more is acknowledged with acks=all
     * @param lagTimeMaxNanos a replica that has not been level with its leader for so long leaves
     *     the ISR
     */
    public record Rules(int minInSync, long lagTimeMaxNanos) {}

    /**
     * @param ownEnd the end of the recovered log, which is durable
     * @param highWatermark what was known of it before the restart; at most {@code ownEnd} counts
     */
    public Replica(int nodeId, long ownEnd, long highWatermark, Rules rules) {
        this.nodeId = nodeId;
        this.ownEnd = ownEnd;
        this.logEnd = ownEnd;
        this.highWatermark = Math.min(highWatermark, ownEnd);
        this.rules = rules;
    }

    /**
     * What is to be done since this was asked last. Whoever brings events here does it after each.
     */
    public Ready ready() {
        Ready due = ready;
        ready = Ready.NOTHING;
        return due;
    }

    /** What a new image changed. */
    public enum Transition {
        NONE,
        STARTED_LEADING,
        /** Another leads, or none: {@link #role} tells. */
        STOPPED_LEADING,
        /** It did not lead before; there is another leader, another epoch, or none now. */
        FOLLOWS_ANEW
    }

    /**
     * Takes the coordinator's decision. One that is older than what is known here is ignored.
     *
     * @param active whether this node's session stands: without one it leads nothing
     */
    public Transition apply(PartitionImage image, boolean active, long nowNanos) {
        if (image.leaderEpoch() < role.leaderEpoch() || image.partitionEpoch() < partitionEpoch) {
            return Transition.NONE;
        }
        partitionEpoch = image.partitionEpoch();
        if (active && !barred && image.leader() == nodeId) {
            return lead(image, nowNanos);
        }
        Role before = role;
        boolean follows =
                image.leader() != PartitionImage.NO_LEADER
                        && image.leader() != nodeId
                        && image.replicas().contains(nodeId);
        int leader = image.leader() == nodeId ? PartitionImage.NO_LEADER : image.leader();
        role =
                follows
                        ? before.toFollowing(image.leaderEpoch(), leader)
                        : before.toIdle(image.leaderEpoch(), leader);
        if (before instanceof Role.Leading) {
            leaderHighWatermark = highWatermark;
            return Transition.STOPPED_LEADING;
        }
        return before.equals(role) ? Transition.NONE : Transition.FOLLOWS_ANEW;
    }

    private Transition lead(PartitionImage image, long nowNanos) {
        if (role instanceof Role.Leading(Leadership leadership)
                && leadership.leaderEpoch() == image.leaderEpoch()) {
            leadership.take(image, nowNanos);
            advanceHighWatermark(nowNanos);
            return Transition.NONE;
        }
        role = role.toLeading(new Leadership(nodeId, image, logEnd, nowNanos));
        advanceHighWatermark(nowNanos);
        ready = Ready.HIGH_WATERMARK_MOVED; // what is committed is served from here now
        return Transition.STARTED_LEADING;
    }

    /** Its log has grown, whether that is durable or not. */
    public void written(long newLogEnd) {
        logEnd = newLogEnd;
    }

    /** More of its own log counts as safe. */
    public void stored(long end, long nowNanos) {
        ownEnd = Math.max(ownEnd, end);
        logEnd = Math.max(logEnd, ownEnd);
        if (ready == Ready.NOTHING) {
            ready = Ready.OWN_END_MOVED;
        }
        advanceHighWatermark(nowNanos);
    }

    /** Its log was cut, or begun anew, while it follows: what is above is gone. */
    public void truncated(long end) {
        ownEnd = Math.min(ownEnd, end);
        logEnd = end;
        highWatermark = Math.min(highWatermark, end);
        leaderHighWatermark = Math.min(leaderHighWatermark, end);
        ready = Ready.HIGH_WATERMARK_MOVED;
    }

    /** Its log begins anew at an offset, with nothing in it. */
    public void restarted(long offset) {
        ownEnd = offset;
        logEnd = offset;
        highWatermark = offset;
        leaderHighWatermark = offset;
        ready = Ready.HIGH_WATERMARK_MOVED;
    }

    /** The leader has told its high watermark. */
    public void told(long watermark, long nowNanos) {
        leaderHighWatermark = Math.max(leaderHighWatermark, watermark);
        advanceHighWatermark(nowNanos);
    }

    /** A replica fetches from this leader: notes how far it has come. */
    public void fetched(ReplicaFetch fetch, long nowNanos) {
        if (role instanceof Role.Leading(Leadership leadership)) {
            leadership.fetched(fetch, logEnd, nowNanos);
            advanceHighWatermark(nowNanos);
        }
    }

    /** Looks at the time: a replica that was waited for may have been silent for too long. */
    public void tick(long nowNanos) {
        advanceHighWatermark(nowNanos);
    }

    private void advanceHighWatermark(long nowNanos) {
        long reached =
                switch (role) {
                    case Role.Leading(Leadership leadership) ->
                            leadership.inSyncCount() < rules.minInSync
                                    ? highWatermark
                                    : leadership.lowestEnd(
                                            ownEnd, rules.lagTimeMaxNanos, logEnd, nowNanos);
                    case Role.Following following -> Math.min(leaderHighWatermark, ownEnd);
                    case Role.Idle idle -> highWatermark;
                };
        if (reached > highWatermark) {
            highWatermark = reached;
            ready = Ready.HIGH_WATERMARK_MOVED;
        }
    }

    /**
     * Another in-sync set, where the one that counts is not right any more; empty where it is, or a
     * proposal is under way. The caller sends it, and tells what became of it.
     *
     * @param justFetched the replica that has fetched now; {@link Nodes#UNKNOWN} for none
     */
    public Optional<IsrProposal> propose(Nodes nodes, int justFetched, long nowNanos) {
        return role instanceof Role.Leading(Leadership leadership)
                ? leadership.propose(
                        nodes,
                        new Leadership.Moment(
                                logEnd, highWatermark, rules.lagTimeMaxNanos, nowNanos),
                        justFetched)
                : Optional.empty();
    }

    /**
     * The coordinator has answered a proposal. Only a refusal ends it here: what was accepted, or
     * has come too late, stands in an image that is on its way, and what was proposed counts until
     * that is {@link #apply applied}. Else records could be committed without a replica that is in
     * sync already.
     *
     * @param error NONE where it was accepted
     */
    public void answered(IsrProposal proposal, ErrorCode error, long nowNanos) {
        switch (error) {
            case NONE, INVALID_UPDATE_VERSION, FENCED_LEADER_EPOCH -> {}
            default -> {
                if (role instanceof Role.Leading(Leadership leadership)) {
                    leadership.refused(proposal, nowNanos);
                }
                advanceHighWatermark(nowNanos);
            }
        }
    }

    /** Whether it waits to hear what became of a proposal: what was proposed may stand already. */
    public boolean proposing() {
        return role instanceof Role.Leading(Leadership leadership) && leadership.proposing();
    }

    /**
     * Bars it from leading, from the next image on: it has lost records, and the coordinator is
     * being told. Or lifts that: the coordinator knows, and still wants it to lead because nobody
     * else has them.
     */
    public void bar(boolean fromLeading) {
        barred = fromLeading;
    }

    /**
     * Compares the epoch a client names (KIP-320) with the one known here.
     *
     * @param clientEpoch -1 where the client names none
     */
    public ErrorCode checkEpoch(int clientEpoch) {
        if (clientEpoch < 0 || clientEpoch == role.leaderEpoch()) {
            return ErrorCode.NONE;
        }
        return clientEpoch < role.leaderEpoch()
                ? ErrorCode.FENCED_LEADER_EPOCH
                : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    /** Whether a node follows this leader. */
    public boolean hasFollower(int node) {
        return role instanceof Role.Leading(Leadership leadership) && leadership.has(node);
    }

    /** Whether a node follows this leader, and is in sync. */
    public boolean inSync(int node) {
        return role instanceof Role.Leading(Leadership leadership) && leadership.inSync(node);
    }

    /** Who serves a reader better than this leader (KIP-392): in sync, close, with the offset. */
    public OptionalInt closest(IntPredicate close, long offset) {
        return role instanceof Role.Leading(Leadership leadership)
                ? leadership.closest(close, offset)
                : OptionalInt.empty();
    }

    /** Whether an append with acks=all may be taken. */
    public boolean enoughInSync() {
        return role instanceof Role.Leading(Leadership leadership)
                && leadership.inSyncCount() >= rules.minInSync;
    }

    /**
     * Whether the high watermark has reached where this leader's epoch began: before, leaders of
     * the past may have shown more to clients (KIP-207).
     */
    public boolean highWatermarkIsKnown() {
        return role instanceof Role.Leading(Leadership leadership)
                && highWatermark >= leadership.epochStart();
    }

    /** Takes changed rules. */
    public void configure(Rules changed, long nowNanos) {
        rules = changed;
        advanceHighWatermark(nowNanos);
    }

    public Role role() {
        return role;
    }

    public boolean leading() {
        return role instanceof Role.Leading;
    }

    public boolean following() {
        return role instanceof Role.Following;
    }

    /** The leader's node id; {@link PartitionImage#NO_LEADER} where none is known. */
    public int leader() {
        return switch (role) {
            case Role.Leading leading -> nodeId;
            case Role.Following following -> following.leader();
            case Role.Idle idle -> idle.leader();
        };
    }

    public int leaderEpoch() {
        return role.leaderEpoch();
    }

    /** All records below it are acknowledged and may be read. */
    public long highWatermark() {
        return highWatermark;
    }

    /** How many in-sync replicas acks=all wants. */
    public int minInSync() {
        return rules.minInSync;
    }

    /** The end of what counts as safe here. */
    public long ownEnd() {
        return ownEnd;
    }
}
