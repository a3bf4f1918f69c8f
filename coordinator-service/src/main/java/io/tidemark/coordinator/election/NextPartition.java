package io.tidemark.coordinator.election;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A partition on its way to its next state. Each step keeps what {@link #build} promises:
 *
 * <ul>
 *   <li>the ISR and the ELR are disjoint subsets of the replicas, in the order of the assignment;
 *   <li>the leader is in the ISR and has a session; there is none only while nobody of the ISR and
 *       the ELR has one;
 *   <li>there is an ELR only while the ISR is smaller than {@code min.insync.replicas}: beyond it
 *       records are acknowledged without its members (KIP-966).
 * </ul>
 */
public final class NextPartition {
    private static final int NO_LEADER = PartitionImage.NO_LEADER;

    private final PartitionImage now;
    private final Candidates candidates;
    private final int minIsr;
    private int leader;
    private List<Integer> replicas;
    private List<Integer> isr;
    private List<Integer> elr;
    private List<Integer> adding;
    private List<Integer> removing;

    /**
     * @param image tells who has a session
     * @param minIsr as configured for the topic
     */
    public NextPartition(PartitionImage now, ClusterImage image, int minIsr) {
        this.now = now;
        this.candidates = new Candidates(image);
        this.minIsr = minIsr;
        this.leader = now.leader();
        this.replicas = now.replicas();
        this.isr = now.isr();
        this.elr = now.elr();
        this.adding = now.adding();
        this.removing = now.removing();
    }

    /** Replaces the ISR; who leaves it stays eligible while it is too small to acknowledge. */
    NextPartition isr(Collection<Integer> members) {
        List<Integer> left = without(isr, members);
        isr = List.copyOf(members);
        elr = isr.size() >= effectiveMinIsr() ? List.of() : union(without(elr, members), left);
        return this;
    }

    /** A leader's new ISR, accepted; may end the reassignment. */
    public NextPartition alterIsr(Collection<Integer> members) {
        return isr(members).completeReassignment();
    }

    /**
     * The node's session is over: it leaves the ISR if another member has one, and leads no more.
     */
    NextPartition lose(int nodeId) {
        List<Integer> others = without(isr, List.of(nodeId));
        if (others.stream().anyMatch(candidates::present)) {
            isr(others);
        }
        return leader == nodeId ? elect() : this;
    }

    /**
     * The node has not got what it had: it leaves the ISR and the ELR.
     *
     * @param keepLast whether it stays where it is the only one to have had the records
     */
    public NextPartition forget(int nodeId, boolean keepLast) {
        List<Integer> othersInSync = without(isr, List.of(nodeId));
        List<Integer> othersEligible = without(elr, List.of(nodeId));
        if (keepLast && othersInSync.isEmpty() && othersEligible.isEmpty()) {
            return this;
        }
        isr = othersInSync;
        elr = othersEligible;
        return leader == nodeId ? elect() : this;
    }

    /**
     * The node has what it had, after all. Only where it is the only replica and nobody is left: of
     * several, another one may have been the last to have everything.
     */
    public NextPartition recall(int nodeId) {
        boolean lost = isr.isEmpty() && elr.isEmpty() && replicas.equals(List.of(nodeId));
        return lost ? isr(List.of(nodeId)).elect() : this;
    }

    /**
     * The node is about to stop: another one leads, and it leaves the ISR unless the others are too
     * few to acknowledge.
     */
    NextPartition drain(int nodeId) {
        List<Integer> others = without(isr, List.of(nodeId));
        Optional<Integer> heir =
                replicas.stream().filter(others::contains).filter(candidates::live).findFirst();
        if (heir.isEmpty()) {
            return this;
        }
        if (leader == nodeId) {
            leader = heir.get();
        }
        return others.size() >= effectiveMinIsr() ? isr(others) : this;
    }

    /** Has a member of the ISR lead that has a session; else one of the ELR; else nobody. */
    NextPartition elect() {
        Optional<Integer> inSync = candidates.first(replicas, isr);
        Optional<Integer> eligible = inSync.or(() -> candidates.first(replicas, elr));
        leader = eligible.orElse(NO_LEADER);
        if (inSync.isEmpty() && eligible.isPresent()) {
            isr(List.of(leader));
        }
        return this;
    }

    /** Has any replica lead that has a session: what the ISR knew more than it is lost. */
    public NextPartition electUnclean() {
        candidates
                .first(replicas, replicas)
                .ifPresent(
                        any -> {
                            leader = any;
                            isr = List.of(any);
                            elr = List.of();
                        });
        return this;
    }

    /** The first of the assignment leads, where it is in sync and live. */
    public NextPartition electPreferred() {
        int preferred = replicas.getFirst();
        if (isr.contains(preferred) && candidates.live(preferred)) {
            leader = preferred;
        }
        return this;
    }

    /** Other replicas; who is none any more leaves the ISR, the ELR and leadership. */
    public NextPartition assign(List<Integer> to, List<Integer> coming, List<Integer> going) {
        replicas = to;
        adding = coming;
        removing = going;
        isr = isr.stream().filter(to::contains).toList();
        elr = elr.stream().filter(to::contains).toList();
        return leader == NO_LEADER || to.contains(leader) ? this : elect();
    }

    /**
     * Whether as many stay in sync as have to acknowledge, or as were: else records that others
     * helped to acknowledge would be on fewer disks than was promised.
     */
    public boolean staysAsSafe() {
        return isr.size() >= Math.min(effectiveMinIsr(), now.isr().size());
    }

    /** Ends the reassignment once all that are to stay are in sync. */
    public NextPartition completeReassignment() {
        List<Integer> target = without(replicas, removing);
        boolean reassigning = !adding.isEmpty() || !removing.isEmpty();
        return reassigning && isr.containsAll(target) ? assign(target, List.of(), List.of()) : this;
    }

    /** The next state, under the epochs that follow; the present one where nothing changes. */
    public PartitionImage build() {
        List<Integer> inSync = replicas.stream().filter(isr::contains).toList();
        List<Integer> eligible =
                inSync.size() >= effectiveMinIsr()
                        ? List.of()
                        : replicas.stream()
                                .filter(id -> elr.contains(id) && !inSync.contains(id))
                                .toList();
        PartitionImage reassigned =
                new PartitionImage(
                        now.index(),
                        now.leader(),
                        now.leaderEpoch(),
                        now.partitionEpoch(),
                        replicas,
                        now.isr(),
                        now.elr(),
                        adding,
                        removing);
        boolean same =
                reassigned.equals(now)
                        && leader == now.leader()
                        && inSync.equals(now.isr())
                        && eligible.equals(now.elr());
        return same ? now : reassigned.withLeader(leader, inSync, eligible);
    }

    private int effectiveMinIsr() {
        return Math.min(minIsr, replicas.size());
    }

    private static List<Integer> without(List<Integer> ids, Collection<Integer> left) {
        return ids.stream().filter(id -> !left.contains(id)).toList();
    }

    private static List<Integer> union(List<Integer> some, List<Integer> others) {
        List<Integer> all = new ArrayList<>(some);
        all.addAll(without(others, some));
        return all;
    }
}
