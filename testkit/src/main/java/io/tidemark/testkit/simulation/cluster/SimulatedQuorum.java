package io.tidemark.testkit.simulation.cluster;

import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.Proposal;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.environment.Entropy;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What Raft would give the coordinators: one order of proposals, one leader at a time that a
 * majority reaches, and uncertainty. A proposal that was under way when its leader was replaced may
 * be in the log or not; one may be there twice; a leader may be replaced and not know it.
 */
final class SimulatedQuorum {
    private static final long LOOK_NANOS = 200_000_000L;

    private final Schedule schedule;
    private final Entropy entropy;
    private final ModelQuorum.Log log = new ModelQuorum.Log();
    private final List<Proposal> proposals = new ArrayList<>();
    private final List<CoordinatorMember> members = new ArrayList<>();
    private final BiPredicate<SimulatedProcess, SimulatedProcess> reaches;
    private final Observer observer;
    private List<Pending> underWay = new ArrayList<>();
    private @Nullable CoordinatorMember leader;
    private int duplicatePerMille;
    private int patience;

    /** Told of everything that is applied. */
    interface Observer {
        void applied(CoordinatorMember member, long index, MetadataState.Applied change);
    }

    private record Pending(Proposal proposal, CompletableFuture<CommandResult> answer) {}

    SimulatedQuorum(
            Schedule schedule,
            Entropy entropy,
            BiPredicate<SimulatedProcess, SimulatedProcess> reaches,
            Observer observer) {
        this.schedule = schedule;
        this.entropy = entropy;
        this.reaches = reaches;
        this.observer = observer;
    }

    void add(CoordinatorMember member) {
        members.add(member);
    }

    void setDuplicates(int perMille) {
        duplicatePerMille = perMille;
    }

    /** Begins to watch over the members: who leads, and who is behind. */
    void start() {
        look();
    }

    ModelQuorum.Log log() {
        return log;
    }

    Observer observer() {
        return observer;
    }

    @Nullable CoordinatorMember leader() {
        return leader;
    }

    List<CoordinatorMember> members() {
        return members;
    }

    byte[] entry(Proposal proposal) {
        proposals.add(proposal);
        return ByteBuffer.allocate(Integer.BYTES).putInt(proposals.size() - 1).array();
    }

    Proposal proposal(byte[] entry) {
        return proposals.get(ByteBuffer.wrap(entry).getInt());
    }

    /** A member starts: it replays the log, or begins with a snapshot of another's state. */
    void join(CoordinatorMember fresh) {
        CoordinatorMember source = members.get(entropy.nextInt(members.size()));
        if (source == fresh || !source.running() || entropy.nextInt(2) == 0) {
            fresh.member().start(fresh);
            return;
        }
        try {
            source.member().installSnapshotInto(fresh.member(), fresh);
        } catch (IOException e) {
            throw new IllegalStateException("a snapshot cannot be read", e);
        }
    }

    void lost(CoordinatorMember member) {
        if (leader == member) {
            underWay = new ArrayList<>();
            leader = null;
        }
    }

    /** A node's process has ended: the leader's connection to it breaks, where there is a way. */
    void connectionLost(PartitionNode node, long epoch) {
        CoordinatorMember present = leader;
        if (present != null && present.running() && reaches.test(present, node)) {
            present.afterNanos(1_000_000, () -> present.disconnected(node.index(), epoch));
        }
    }

    private boolean reachesMajority(CoordinatorMember candidate) {
        int reached = 0;
        for (CoordinatorMember peer : members) {
            reached += peer.running() && !peer.paused() && reaches.test(candidate, peer) ? 1 : 0;
        }
        return candidate.running() && !candidate.paused() && reached > members.size() / 2;
    }

    private void look() {
        CoordinatorMember present = leader;
        if (present == null || !reachesMajority(present)) {
            patience++;
            if (patience > 1 + entropy.nextInt(4)) {
                elect();
            }
        } else {
            patience = 0;
            for (CoordinatorMember member : members) {
                if (member != present && reaches.test(present, member)) {
                    catchUp(member);
                    if (member.leads()) {
                        depose(member, 0);
                    }
                }
            }
        }
        schedule.after(LOOK_NANOS, this::look);
    }

    private void depose(CoordinatorMember member, long inNanos) {
        member.afterNanos(
                inNanos,
                () -> {
                    if (member != leader) {
                        member.deposed();
                    }
                });
    }

    private static void catchUp(CoordinatorMember member) {
        if (member.running() && !member.paused()) {
            member.member().catchUp();
        }
    }

    /** Another member leads, where one can; the one before may not notice for a while. */
    void elect() {
        CoordinatorMember heir = members.get(entropy.nextInt(members.size()));
        if (!reachesMajority(heir) || heir == leader) {
            return;
        }
        CoordinatorMember old = leader;
        List<Pending> uncertain = underWay;
        underWay = new ArrayList<>();
        if (old != null) {
            old.member().resign();
            depose(old, entropy.nextInt(3) * 400_000_000L);
            uncertain.forEach(this::fail);
        }
        leader = heir;
        patience = 0;
        heir.deposed(); // it may have led before and not have noticed that it was replaced
        heir.member().lead();
        for (Pending pending : uncertain) {
            if (entropy.nextInt(2) == 0) {
                heir.commit(pending.proposal()); // a majority had it already
            }
        }
    }

    private void fail(Pending pending) {
        pending.answer().completeExceptionally(new IOException("the leader was replaced"));
    }

    void propose(CoordinatorMember by, Proposal proposal, CompletableFuture<CommandResult> answer) {
        Pending pending = new Pending(proposal, answer);
        if (by != leader) {
            return; // it does not know yet that it was replaced: nobody will answer
        }
        underWay.add(pending);
        by.afterNanos(200_000 + entropy.nextInt(2_000_000), () -> commit(by, pending));
    }

    private void commit(CoordinatorMember by, Pending pending) {
        if (by != leader || !underWay.contains(pending)) {
            return;
        }
        if (!reachesMajority(by)) {
            by.afterNanos(LOOK_NANOS, () -> commit(by, pending));
            return;
        }
        underWay.remove(pending);
        CommandResult result = Objects.requireNonNull(by.commit(pending.proposal()));
        if (duplicatePerMille > 0 && entropy.nextInt(1_000) < duplicatePerMille) {
            by.commit(pending.proposal());
        }
        pending.answer().complete(result);
        for (CoordinatorMember member : members) {
            if (member != by && member.running() && reaches.test(by, member)) {
                member.afterNanos(500_000 + entropy.nextInt(5_000_000), () -> catchUp(member));
            }
        }
    }
}
