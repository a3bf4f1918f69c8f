package io.tidemark.partition.replica;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One replica's state and rules. The high watermark is the lowest end that all in-sync replicas
 * have reported; it never moves back, and does not move while fewer than min.insync.replicas are in
 * sync (KIP-966). A replica's end counts what is durable there, or what is written where the topic
 * says {@code flush=os}.
 */
public final class Replica {
    private final int nodeId;
    private final Map<Integer, Long> ends = new HashMap<>();
    private Role role = new Role.Idle(-1, PartitionImage.NO_LEADER);
    private long ownEnd;
    private long highWatermark;
    private int minInSync;

    /**
     * @param ownEnd the end of the recovered log, which is durable
     */
    public Replica(int nodeId, long ownEnd, int minInSync) {
        this.nodeId = nodeId;
        this.ownEnd = ownEnd;
        this.minInSync = minInSync;
    }

    /** What a new image changed. */
    public enum Transition {
        NONE,
        STARTED_LEADING,
        STOPPED_LEADING
    }

    /**
     * Takes the coordinator's decision. One that is older than what is known here is ignored.
     *
     * @param active whether this node's session stands: without one it leads nothing
     */
    public Transition apply(PartitionImage image, boolean active) {
        if (image.leaderEpoch() < role.leaderEpoch()) {
            return Transition.NONE;
        }
        boolean wasLeading = leading();
        int epochBefore = role.leaderEpoch();
        if (active && image.leader() == nodeId) {
            role = new Role.Leading(image.leaderEpoch(), image.partitionEpoch(), image.isr());
            ends.keySet().retainAll(image.isr());
            advanceHighWatermark();
            boolean newEpoch = !wasLeading || epochBefore != image.leaderEpoch();
            return newEpoch ? Transition.STARTED_LEADING : Transition.NONE;
        }
        int leader = image.leader() == nodeId ? PartitionImage.NO_LEADER : image.leader();
        role = new Role.Idle(image.leaderEpoch(), leader);
        ends.clear();
        return wasLeading ? Transition.STOPPED_LEADING : Transition.NONE;
    }

    /**
     * Notes how far a replica has come.
     *
     * @return whether the high watermark moved
     */
    public boolean progress(int replica, long end) {
        if (replica == nodeId) {
            ownEnd = Math.max(ownEnd, end);
        } else {
            ends.merge(replica, end, Math::max);
        }
        return advanceHighWatermark();
    }

    private boolean advanceHighWatermark() {
        if (!(role instanceof Role.Leading(int epoch, int version, List<Integer> isr))
                || isr.size() < minInSync) {
            return false;
        }
        long lowest = ownEnd;
        for (int i = 0; i < isr.size(); i++) {
            int replica = isr.get(i);
            if (replica != nodeId) {
                lowest = Math.min(lowest, ends.getOrDefault(replica, 0L));
            }
        }
        if (lowest <= highWatermark) {
            return false;
        }
        highWatermark = lowest;
        return true;
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

    /** Whether an append with acks=all may be taken. */
    public boolean enoughInSync() {
        return role instanceof Role.Leading leading && leading.isr().size() >= minInSync;
    }

    /** Takes a changed min.insync.replicas. */
    public void configure(int minInSync) {
        this.minInSync = minInSync;
        advanceHighWatermark();
    }

    public boolean leading() {
        return role instanceof Role.Leading;
    }

    /** The leader's node id; {@link PartitionImage#NO_LEADER} where none is known. */
    public int leader() {
        return switch (role) {
            case Role.Leading leading -> nodeId;
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
}
