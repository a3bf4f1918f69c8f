package io.tidemark.metadata.image;

import java.util.List;

/**
 * A partition's state as the coordinator decided it.
 *
 * @param leader node id; {@link #NO_LEADER} where there is none
 * @param leaderEpoch grows with every change of leader
 * @param partitionEpoch grows with every change of anything here
 * @param replicas assigned node ids, the preferred leader first
 * @param isr in-sync replicas; never empty: the last one stays while it is fenced
 */
public record PartitionImage(
        int index,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        List<Integer> replicas,
        List<Integer> isr) {
    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
    }

    /** This partition under another leader (or none), with the epochs that follow. */
    public PartitionImage withLeader(int newLeader, List<Integer> newIsr) {
        return new PartitionImage(
                index,
                newLeader,
                newLeader == leader ? leaderEpoch : leaderEpoch + 1,
                partitionEpoch + 1,
                replicas,
                newIsr);
    }
}
