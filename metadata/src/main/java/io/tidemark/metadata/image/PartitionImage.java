package io.tidemark.metadata.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition's state as the coordinator decided it.
 *
 * @param leader node id; {@link #NO_LEADER} where there is none
 * @param leaderEpoch grows with every change of leader
 * @param partitionEpoch grows with every change of anything here
 * @param replicas assigned node ids, the preferred leader first; while reassigned, those that come
 *     and those that go
 * @param isr in-sync replicas. The last one stays while it is fenced, unless an eligible replica
 *     takes over; empty only where the last one lost its disk
 * @param elr eligible leader replicas (KIP-966): left the ISR when it was at or below
 *     min.insync.replicas, so that nothing was acknowledged without them; disjoint from the ISR
 * @param adding replicas that a reassignment brings; in {@code replicas} too
 * @param removing replicas that leave when all of {@code adding} are in sync; in {@code replicas}
 *     too
 */
public record PartitionImage(
        int index,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        List<Integer> replicas,
        List<Integer> isr,
        List<Integer> elr,
        List<Integer> adding,
        List<Integer> removing) {
    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = orNone(elr);
        adding = orNone(adding);
        removing = orNone(removing);
    }

    /** A partition that is not being reassigned, with no eligible replica but the in-sync ones. */
    public PartitionImage(
            int index,
            int leader,
            int leaderEpoch,
            int partitionEpoch,
            List<Integer> replicas,
            List<Integer> isr) {
        this(
                index,
                leader,
                leaderEpoch,
                partitionEpoch,
                replicas,
                isr,
                List.of(),
                List.of(),
                List.of());
    }

    /** Snapshots of earlier versions leave them out. */
    private static List<Integer> orNone(@Nullable List<Integer> ids) {
        return ids == null ? List.of() : List.copyOf(ids);
    }

    /** This partition under another leader (or none), with the epochs that follow. */
    public PartitionImage withLeader(int newLeader, List<Integer> newIsr, List<Integer> newElr) {
        return new PartitionImage(
                index,
                newLeader,
                newLeader == leader ? leaderEpoch : leaderEpoch + 1,
                partitionEpoch + 1,
                replicas,
                newIsr,
                newElr,
                adding,
                removing);
    }

    /** This one, unless the other was decided after it. */
    public PartitionImage newerOf(@Nullable PartitionImage other) {
        return other == null || partitionEpoch >= other.partitionEpoch ? this : other;
    }

    /** Whether replicas come or go. */
    public boolean reassigning() {
        return !adding.isEmpty() || !removing.isEmpty();
    }
}
