package io.tidemark.partition.replica;

import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.image.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A leader in one epoch: how far the others have come, and which of them count.
 *
 * <p>A change of the in-sync set counts when the coordinator has made it. While it decides, the
 * high watermark waits for both sets: for the one that may still stand and the one that may stand
 * already (as KIP-497 has it). It also waits, for a moment, for a replica that keeps up and is
 * about to join, or one would never join under load.
 */
public final class Leadership {
    /** How long a replica that is about to join, and is silent, may hold the watermark up. */
    private static final long JOIN_GRACE_NANOS = 1_000_000_000L;

    /** How long to wait where the coordinator finds a member ineligible. */
    private static final long RETRY_NANOS = 500_000_000L;

    private final int nodeId;
    private final int leaderEpoch;
    private final long epochStart;
    private List<Follower> followers = List.of();
    private int partitionEpoch;
    private int inSyncCount;
    private int arriving;
    private @Nullable IsrProposal pending;
    private long notBeforeNanos;
    private boolean backsOff;

    /**
     * @param epochStart the log's end when the epoch began: who has less may lack what others have
     *     acknowledged before
     */
    Leadership(int nodeId, PartitionImage image, long epochStart, long nowNanos) {
        this.nodeId = nodeId;
        this.leaderEpoch = image.leaderEpoch();
        this.epochStart = epochStart;
        take(image, nowNanos);
    }

    /** Takes the coordinator's decision; of this epoch, and not older than the last. */
    void take(PartitionImage image, long nowNanos) {
        if (pending != null && image.partitionEpoch() > pending.partitionEpoch()) {
            pending = null; // accepted and in the image, or void
            backsOff = false;
        }
        partitionEpoch = image.partitionEpoch();
        arriving = image.adding().size();
        List<Follower> kept = new ArrayList<>(image.replicas().size());
        inSyncCount = 0;
        for (int replica : image.replicas()) {
            boolean inSync = image.isr().contains(replica);
            inSyncCount += inSync ? 1 : 0;
            if (replica == nodeId) {
                continue;
            }
            Follower follower = find(replica);
            if (follower == null) {
                follower = new Follower(replica);
            }
            if (inSync && !follower.inSync) {
                follower.startInSync(nowNanos);
            } else if (!inSync && follower.inSync) {
                follower.left();
            }
            follower.inSync = inSync;
            follower.proposed = pending != null && pending.names(replica);
            kept.add(follower);
        }
        followers = kept.isEmpty() ? List.of() : kept;
    }

    private @Nullable Follower find(int node) {
        for (int i = 0; i < followers.size(); i++) {
            if (followers.get(i).nodeId == node) {
                return followers.get(i);
            }
        }
        return null;
    }

    /** Whether a node has a replica of this partition. */
    boolean has(int node) {
        return find(node) != null;
    }

    /** Whether a node has a replica of this partition that is in sync. */
    boolean inSync(int node) {
        Follower follower = find(node);
        return follower != null && follower.inSync;
    }

    /** Notes how far a replica has come; see {@link Follower#fetched}. */
    void fetched(ReplicaFetch fetch, long leaderEnd, long nowNanos) {
        Follower follower = find(fetch.nodeId());
        if (follower != null && fetch.nodeEpoch() >= follower.nodeEpoch()) {
            follower.fetched(
                    fetch.nodeEpoch(), fetch.joinable(), fetch.fetchOffset(), leaderEnd, nowNanos);
        }
    }

    /** A leader's own state, and the time. */
    record Moment(long logEnd, long highWatermark, long lagTimeMaxNanos, long nanos) {}

    /** The lowest end of all that count, this node's included. */
    long lowestEnd(long ownEnd, long lagTimeMaxNanos, long leaderEnd, long nowNanos) {
        long lowest = ownEnd;
        for (int i = 0; i < followers.size(); i++) {
            Follower follower = followers.get(i);
            if (follower.inSync
                    || follower.proposed
                    || aboutToJoin(follower, lagTimeMaxNanos, leaderEnd, nowNanos)) {
                lowest = Math.min(lowest, follower.end());
            }
        }
        return lowest;
    }

    private static boolean aboutToJoin(
            Follower follower, long lagTimeMaxNanos, long leaderEnd, long nowNanos) {
        return follower.joinable()
                && follower.fetchedWithin(JOIN_GRACE_NANOS, nowNanos)
                && follower.keepsUp(leaderEnd, lagTimeMaxNanos, nowNanos);
    }

    /**
     * Another in-sync set, where the one that counts is not right any more and no proposal is under
     * way. The caller sends it, and tells what became of it.
     *
     * @param now the leader's own state
     * @param justFetched who has shown itself now, and may join; {@link Nodes#UNKNOWN} for nobody
     */
    Optional<IsrProposal> propose(Nodes nodes, Moment now, int justFetched) {
        long nowNanos = now.nanos;
        if (pending != null || (backsOff && notBeforeNanos - nowNanos > 0)) {
            return Optional.empty();
        }
        boolean changes = false;
        for (int i = 0; i < followers.size(); i++) {
            Follower follower = followers.get(i);
            changes |= follower.inSync != belongs(follower, nodes, now, justFetched);
        }
        if (!changes) {
            return Optional.empty();
        }
        List<IsrMember> members = new ArrayList<>(followers.size() + 1);
        members.add(new IsrMember(nodeId, nodes.epoch(nodeId)));
        for (Follower follower : followers) {
            boolean member = belongs(follower, nodes, now, justFetched);
            follower.proposed = member;
            if (member) {
                long epoch =
                        follower.hasFetched() ? follower.nodeEpoch() : nodes.epoch(follower.nodeId);
                members.add(new IsrMember(follower.nodeId, epoch));
            }
        }
        pending = new IsrProposal(leaderEpoch, partitionEpoch, List.copyOf(members));
        return Optional.of(pending);
    }

    /** A member that is about to stop may stay: the coordinator takes out whom it can spare. */
    private static boolean present(Follower follower, Nodes nodes) {
        return follower.inSync ? nodes.present(follower.nodeId) : nodes.live(follower.nodeId);
    }

    private boolean belongs(Follower follower, Nodes nodes, Moment now, int justFetched) {
        if (!present(follower, nodes)) {
            return false;
        }
        if (follower.inSync) {
            return follower.keepsUp(now.logEnd, now.lagTimeMaxNanos, now.nanos);
        }
        // What it said long ago does not count: the watermark may have stood still since.
        return follower.nodeId == justFetched
                && follower.joinable()
                && follower.end() >= now.highWatermark
                && follower.end() >= epochStart;
    }

    /**
     * The coordinator has refused a proposal. Nothing known here says why it was wrong: the next
     * one waits.
     */
    void refused(IsrProposal proposal, long nowNanos) {
        if (pending != proposal) {
            return;
        }
        pending = null;
        followers.forEach(follower -> follower.proposed = false);
        backsOff = true;
        notBeforeNanos = nowNanos + RETRY_NANOS;
    }

    /** The in-sync replica with the most records among those that a reader is close to. */
    OptionalInt closest(IntPredicate close, long offset) {
        @Nullable Follower best = null;
        for (Follower follower : followers) {
            if (follower.inSync
                    && follower.end() >= offset
                    && close.test(follower.nodeId)
                    && (best == null || follower.end() > best.end())) {
                best = follower;
            }
        }
        return best == null ? OptionalInt.empty() : OptionalInt.of(best.nodeId);
    }

    /** How much the replica lacks that is furthest behind, in records. */
    public long largestLag(long leaderEnd) {
        long largest = 0;
        for (Follower follower : followers) {
            largest = Math.max(largest, leaderEnd - Math.max(0, follower.end()));
        }
        return largest;
    }

    /** Whether a proposal is under way, whose fate is not known. */
    boolean proposing() {
        return pending != null;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** The version of the decision that counts here. */
    public int partitionEpoch() {
        return partitionEpoch;
    }

    /** How many replicas are in sync, this one included. */
    public int inSyncCount() {
        return inSyncCount;
    }

    /** How many replicas there are, this one included. */
    public int replicaCount() {
        return followers.size() + 1;
    }

    /** {@link #replicaCount} without those that a reassignment is yet to bring. */
    public int assignedCount() {
        return replicaCount() - arriving;
    }

    /** The offset at which this epoch began. */
    public long epochStart() {
        return epochStart;
    }
}
