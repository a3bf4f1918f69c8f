package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.replica.Replica;
import io.tidemark.testkit.simulation.CrashException;
import io.tidemark.testkit.simulation.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.concurrent.CompletionException;

/**
 * The life of one cluster, decided by a seed: it is set up, faults strike while clients work, then
 * all is made good and everything must come right. One thread; nothing is shared between runs.
 */
public final class ClusterSimulation {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long SETUP_MS = 20_000;
    private static final long CONVERGENCE_MS = 30_000;
    private static final long LOOK_MS = 100;

    private final Cluster cluster;
    private final Schedule schedule;
    private final Chaos chaos;

    /**
     * What came of a run.
     *
     * @param digest equal for runs of the same seed
     */
    public record Outcome(long steps, long digest, long acknowledged, long committed) {}

    public ClusterSimulation(long seed, Mutation mutation) {
        SeededEntropy entropy = new SeededEntropy(mixed(seed));
        Shape shape = Shape.draw(entropy, new SeededEntropy(mixed(~seed)));
        this.cluster = new Cluster(shape, mutation, entropy.split());
        this.schedule = cluster.schedule();
        this.chaos = new Chaos(cluster, entropy.split());
    }

    /** Neighbouring seeds must not draw the same numbers one place further on. */
    private static long mixed(long seed) {
        long bits = (seed ^ (seed >>> 32)) * 0xD6E8FEB86659FD93L;
        bits = (bits ^ (bits >>> 32)) * 0xD6E8FEB86659FD93L;
        return bits ^ (bits >>> 32);
    }

    /** Steps taken so far, by a run that has failed, too. */
    public long steps() {
        return schedule.steps();
    }

    /**
     * Runs it all.
     *
     * @throws Violation where an invariant does not hold
     */
    public Outcome run() {
        setUp();
        chaos.start();
        runFor(cluster.shape().chaosMs());
        chaos.makeGood();
        converge();
        return new Outcome(
                schedule.steps(),
                schedule.digest(),
                cluster.producers().stream().mapToLong(SimulatedProducer::acknowledged).sum(),
                committed());
    }

    private long committed() {
        long committed = 0;
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            committed += cluster.ledger(p).end();
        }
        return committed;
    }

    private void setUp() {
        cluster.quorum().members().forEach(CoordinatorMember::start);
        cluster.quorum().elect();
        cluster.quorum().start();
        cluster.nodes().forEach(PartitionNode::boot);
        cluster.admin().start();
        boolean made = runUntil(SETUP_MS, () -> cluster.admin().topicMade());
        unless(made, Invariant.CONVERGES, "the topic could not be made");
        cluster.producers().forEach(SimulatedProducer::start);
        cluster.consumers().forEach(SimulatedConsumer::start);
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    /** Looks every so often whether a condition holds; returns whether it came to. */
    private boolean runUntil(long ms, Condition condition) {
        for (long waited = 0; waited < ms; waited += LOOK_MS) {
            if (condition.holds()) {
                return true;
            }
            runFor(LOOK_MS);
        }
        return condition.holds();
    }

    private void runFor(long ms) {
        long end = schedule.nowNanos() + ms * NANOS_PER_MS;
        boolean more = true;
        while (more) {
            more = step(end);
        }
    }

    private boolean step(long endNanos) {
        boolean stepped = true;
        try {
            stepped = schedule.step(endNanos);
        } catch (CrashException | CompletionException e) {
            // The disk of the acting node is down, and with it the node: looked at below.
            if (!(schedule.acting() instanceof PartitionNode node && node.disks().down())) {
                throw e;
            }
        }
        if (schedule.acting() instanceof PartitionNode node && node.disks().down()) {
            schedule.takeBack();
        }
        if (stepped && schedule.acting() instanceof PartitionNode node) {
            lookAt(node);
        }
        return stepped;
    }

    private void lookAt(PartitionNode node) {
        if (node.disks().down()) {
            cluster.replicas().wentDownInOperation(node.index());
            node.goDown(true);
            schedule.after(300 * NANOS_PER_MS, node::boot);
            return;
        }
        if (node.running()) {
            try {
                cluster.replicas().look(node);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (CrashException e) {
                schedule.takeBack();
                lookAt(node); // it went down while it was looked at
            }
        }
    }

    private void converge() {
        long healed = schedule.nowNanos();
        boolean well =
                runUntil(
                        CONVERGENCE_MS,
                        () ->
                                inSync()
                                        && cluster.producers().stream()
                                                .allMatch(p -> p.contentSince(healed)));
        unless(well, Invariant.CONVERGES, "after %d ms: %s", CONVERGENCE_MS, Diagnosis.of(cluster));
        cluster.producers().forEach(SimulatedProducer::crash);
        boolean quiet = runUntil(CONVERGENCE_MS, this::level);
        unless(quiet, Invariant.CONVERGES, "without load: %s", Diagnosis.of(cluster));
        checkWhole();
    }

    private boolean inSync() {
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            PartitionImage image = cluster.metadata().partition(p);
            if (image == null
                    || image.leader() == PartitionImage.NO_LEADER
                    || image.reassigning()
                    || !new HashSet<>(image.isr()).containsAll(image.replicas())) {
                return false;
            }
        }
        return true;
    }

    /** Whether every replica has all, knows that all is safe, and every consumer has read it. */
    private boolean level() {
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            PartitionImage image = cluster.metadata().partition(p);
            if (image == null || !inSync()) {
                return false;
            }
            for (int id : image.replicas()) {
                Replica replica = cluster.node(id).replica(p);
                PartitionLog log = cluster.node(id).log(p);
                long end = cluster.ledger(p).end();
                if (replica == null
                        || log == null
                        || log.logEndOffset() != end
                        || log.flushedEndOffset() != end
                        || replica.highWatermark() != end) {
                    return false;
                }
            }
        }
        return cluster.consumers().stream().allMatch(consumer -> consumer.contentSince(0));
    }

    private void checkWhole() {
        try {
            for (int p = 0; p < cluster.shape().partitions(); p++) {
                PartitionImage image = cluster.metadata().partition(p);
                for (int id : image == null ? java.util.List.<Integer>of() : image.replicas()) {
                    PartitionNode node = cluster.node(id);
                    PartitionLog log = node.log(p);
                    if (log != null) {
                        cluster.replicas()
                                .verify(node, p, log, log.logStartOffset(), log.logEndOffset());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
