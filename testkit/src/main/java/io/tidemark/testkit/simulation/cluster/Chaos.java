package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedNetwork.Quality;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the seed's faults say, until it is told to stop; and then makes good what it can. */
final class Chaos {
    private static final Logger log = LoggerFactory.getLogger(Chaos.class);
    private static final long NANOS_PER_MS = 1_000_000;
    private static final int DUPLICATE_PER_MILLE = 50;
    private static final int LONG_MS = 5_000;
    private static final Quality GOOD = new Quality(100_000, 900_000, 0, 0, 0);

    private final Cluster cluster;
    private final Schedule schedule;
    private final SeededEntropy entropy;
    private final List<Fault> faults;
    private boolean over;

    Chaos(Cluster cluster, SeededEntropy entropy) {
        this.cluster = cluster;
        this.schedule = cluster.schedule();
        this.entropy = entropy;
        this.faults = new ArrayList<>(cluster.shape().faults());
    }

    void start() {
        for (PartitionNode node : cluster.nodes()) {
            long hour = 3_600_000;
            node.setClocks(
                    entropy.nextInt(10_001) - 5_000,
                    1_700_000_000_000L
                            + (faults.contains(Fault.CLOCK)
                                    ? entropy.nextInt((int) (2 * hour)) - hour
                                    : 0));
        }
        cluster.network().setQuality(GOOD);
        if (faults.contains(Fault.CHANGE_COORDINATOR)) {
            cluster.quorum().setDuplicates(DUPLICATE_PER_MILLE);
        }
        next();
    }

    private void next() {
        schedule.after(
                entropy.nextInt(2 * cluster.shape().faultEveryMs()) * NANOS_PER_MS,
                () -> {
                    if (!over) {
                        strike(faults.get(entropy.nextInt(faults.size())));
                        next();
                    }
                });
    }

    /** Does something {@code ms} from now, unless all is being made good by then. */
    private void later(int ms, Runnable task) {
        schedule.after(
                ms * NANOS_PER_MS,
                () -> {
                    if (!over) {
                        task.run();
                    }
                });
    }

    private PartitionNode anyNode() {
        return cluster.node(entropy.nextInt(cluster.nodeCount()));
    }

    private CoordinatorMember anyCoordinator() {
        List<CoordinatorMember> members = cluster.quorum().members();
        return members.get(entropy.nextInt(members.size()));
    }

    private int shortly() {
        int magnitude = entropy.nextInt(3);
        return 20 + entropy.nextInt(magnitude == 0 ? 100 : magnitude == 1 ? 800 : 4_000);
    }

    private void strike(Fault fault) {
        schedule.note(fault.ordinal());
        log.debug("{} ms: {}", schedule.nowNanos() / NANOS_PER_MS, fault);
        switch (fault) {
            case CRASH_NODE -> crash(anyNode(), entropy.nextInt(3) != 0);
            case CRASH_ALL -> cluster.nodes().forEach(node -> crash(node, true));
            case CRASH_IN_OPERATION -> {
                PartitionNode node = anyNode();
                node.disks().any(entropy).crashAfter(entropy.nextInt(40));
            }
            case PAUSE_NODE -> pause(anyNode());
            case CUT_LINK -> {
                cluster.network().cut(anyProcess(), anyProcess());
                healLater();
            }
            case ISOLATE -> isolate();
            case CLOG ->
                    cluster.network().clog(anyProcess(), anyProcess(), shortly() * NANOS_PER_MS);
            case BAD_NETWORK -> {
                cluster.network()
                        .setQuality(
                                new Quality(
                                        100_000,
                                        1 + entropy.nextInt(20_000_000),
                                        entropy.nextInt(100),
                                        entropy.nextInt(100),
                                        entropy.nextInt(100)));
                later(shortly(), () -> cluster.network().setQuality(GOOD));
            }
            case SLOW_DISK -> {
                PartitionNode node = anyNode();
                node.disks().slowDown(1 + entropy.nextInt(2_000));
                later(shortly(), () -> node.disks().slowDown(0));
            }
            case DISK_FULL -> {
                PartitionNode node = anyNode();
                node.disks().any(entropy).limitTo(entropy.nextInt(30_000));
                later(shortly(), () -> node.disks().makeRoom());
            }
            case INPUT_OUTPUT_ERROR -> failSync(anyNode());
            case WIPE -> wipe(anyNode());
            case FLIP_BIT -> flip(anyNode());
            case CRASH_COORDINATOR -> crashCoordinators();
            case PAUSE_COORDINATOR -> pause(anyCoordinator());
            case CHANGE_COORDINATOR -> cluster.quorum().elect();
            case CLOCK -> {
                PartitionNode node = anyNode();
                node.setClocks(
                        entropy.nextInt(10_001) - 5_000,
                        node.wallMs() + entropy.nextInt(7_200_000) - 3_600_000);
            }
            case CRASH_CLIENT -> crashClient();
            case REASSIGN -> cluster.admin().reassign();
            case DRAIN -> drain(anyNode());
            case MIN_IN_SYNC -> cluster.admin().changeMinInSync();
            case DELETE_RECORDS -> cluster.admin().deleteRecords();
            case ELECT_PREFERRED -> cluster.admin().electPreferred();
            case LATE_PROPOSALS -> cluster.lateProposals().begin(entropy.split(), this::heldUp);
        }
    }

    private int anyProcess() {
        return entropy.nextInt(cluster.nodeCount() + cluster.quorum().members().size());
    }

    private void crash(PartitionNode node, boolean power) {
        if (node.running()) {
            node.goDown(power);
            startLater(node);
        }
    }

    private void startLater(PartitionNode node) {
        later(shortly(), node::boot);
    }

    private void pause(SimulatedProcess process) {
        process.pause();
        later(shortly(), process::resume);
    }

    private void isolate() {
        int lonely = anyProcess();
        boolean oneWay = entropy.nextInt(2) == 0;
        int all = cluster.nodeCount() + cluster.quorum().members().size();
        for (int other = 0; other < all; other++) {
            if (other != lonely) {
                cluster.network().cut(lonely, other);
                if (!oneWay) {
                    cluster.network().cut(other, lonely);
                }
            }
        }
        healLater();
    }

    private void healLater() {
        later(shortly(), () -> cluster.network().heal());
    }

    /** Never so many disks at once that all copies may be gone: nobody promises anything then. */
    private void wipe(PartitionNode node) {
        if (bearable(node)) {
            node.goDown(true);
            node.wipe();
            startLater(node);
        }
    }

    /**
     * While a proposal waits, whoever is to join by it loses its disk, and is slow to copy again.
     */
    private void heldUp(Command.AlterIsr proposal) {
        for (Command.IsrChange change : proposal.changes()) {
            PartitionImage image = cluster.metadata().partition(change.index());
            for (Command.IsrMember member : change.isr()) {
                boolean joins = image != null && !image.isr().contains(member.nodeId());
                if (joins && faults.contains(Fault.WIPE) && entropy.nextInt(2) == 0) {
                    later(entropy.nextInt(300), () -> wipeAndCutOff(member.nodeId()));
                }
            }
        }
    }

    private void wipeAndCutOff(int id) {
        PartitionNode node = cluster.node(id);
        if (bearable(node)) {
            node.goDown(true);
            node.wipe();
            later(entropy.nextInt(100), node::boot);
            for (int other = 0; other < cluster.nodeCount(); other++) {
                cluster.network().clog(other, id, LONG_MS * NANOS_PER_MS);
            }
        }
    }

    private void failSync(PartitionNode node) {
        boolean copiesAreLost = faults.contains(Fault.WIPE) || faults.contains(Fault.FLIP_BIT);
        if (!copiesAreLost || bearable(node)) {
            node.failSync(entropy);
        }
    }

    private boolean bearable(PartitionNode node) {
        return cluster.losses().bearable(node)
                && cluster.nodes().stream().allMatch(other -> other == node || !other.damaged());
    }

    private void flip(PartitionNode node) {
        if (node.running() && cluster.losses().none() && othersHaveAll(node)) {
            node.afterNanos(0, () -> node.flipBit(entropy));
        }
    }

    /** Whether for each partition somebody else who may lead has a whole disk. */
    private boolean othersHaveAll(PartitionNode node) {
        for (PartitionNode other : cluster.nodes()) {
            if (!other.running()) {
                return false; // one loss at a time
            }
        }
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            PartitionImage image = cluster.metadata().partition(p);
            if (image == null
                    || image.isr().size() < image.replicas().size()
                    || !anotherHasAll(node.index(), image)) {
                return false;
            }
        }
        return true;
    }

    private boolean anotherHasAll(int node, PartitionImage image) {
        long committed = cluster.ledger(image.index()).end();
        for (int id : image.isr()) {
            if (id != node
                    && !cluster.node(id).damaged()
                    && cluster.replicas().syncedEnd(id, image.index()) >= committed) {
                return true;
            }
        }
        return false;
    }

    private void crashCoordinators() {
        List<CoordinatorMember> members = cluster.quorum().members();
        boolean all = entropy.nextInt(6) == 0;
        CoordinatorMember one = anyCoordinator();
        for (CoordinatorMember member : members) {
            if ((all || member == one) && member.running()) {
                member.crash();
                later(shortly(), () -> start(member));
            }
        }
    }

    private static void start(SimulatedProcess process) {
        if (!process.running()) {
            process.start();
        }
    }

    private void crashClient() {
        SimulatedProducer producer =
                cluster.producers().get(entropy.nextInt(cluster.producers().size()));
        producer.crash();
        producer.start();
    }

    private void drain(PartitionNode node) {
        if (node.running()) {
            node.stopCleanly();
            startLater(node);
        }
    }

    /** Ends all faults and gives everyone what they need to go on. */
    void makeGood() {
        over = true;
        cluster.network().heal();
        cluster.network().setQuality(GOOD);
        cluster.quorum().setDuplicates(0);
        cluster.lateProposals().end();
        for (CoordinatorMember member : cluster.quorum().members()) {
            member.resume();
            start(member);
        }
        for (PartitionNode node : cluster.nodes()) {
            node.resume();
            node.disks().slowDown(0);
            node.disks().makeRoom();
            node.disks().endFaults();
            if (node.needsRestart()) {
                node.goDown(false);
            }
            node.boot();
        }
        cluster.admin().restoreMinInSync();
        cluster.admin().cancelReassignments();
    }
}
