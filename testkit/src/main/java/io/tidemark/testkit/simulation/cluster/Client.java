package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.testkit.simulation.SimulatedProcess;
import io.tidemark.testkit.simulation.cluster.Broker.Located;

/** Talks to one partition: it finds the leader by asking any node, again after every failure. */
abstract class Client extends SimulatedProcess {
    private static final int METADATA_TIMEOUT_MS = 500;

    protected final Cluster cluster;
    protected final int partition;
    protected final SeededEntropy entropy;
    private Located located = new Located(-1, -1);
    private boolean locating;

    Client(int id, String name, Cluster cluster, int partition, SeededEntropy entropy) {
        super(id, name, cluster.schedule());
        this.cluster = cluster;
        this.partition = partition;
        this.entropy = entropy;
    }

    @Override
    protected void started() {
        located = new Located(-1, -1);
        locating = false;
        begin();
        locate();
    }

    /** Begins its work with empty memory. */
    abstract void begin();

    /** Whether it has got on since the faults have ended. */
    abstract boolean contentSince(long healedNanos);

    final boolean knowsLeader() {
        return located.leader() >= 0;
    }

    final int leaderEpoch() {
        return located.leaderEpoch();
    }

    final PartitionNode leader() {
        return cluster.node(located.leader());
    }

    /** The leader that is known did not do it. */
    final void lookAgain(long backoffMs) {
        located = new Located(-1, located.leaderEpoch());
        if (!locating) {
            locating = true;
            schedule(backoffMs, this::locate);
        }
    }

    /** A leader is known now. */
    abstract void leaderFound();

    private void locate() {
        locating = true;
        PartitionNode any = cluster.node(entropy.nextInt(cluster.nodeCount()));
        cluster.network()
                .<Located>call(
                        this,
                        any,
                        METADATA_TIMEOUT_MS,
                        reply -> any.locate(partition, reply),
                        answer -> {
                            locating = false;
                            boolean newer =
                                    answer != null
                                            && answer.leader() >= 0
                                            && answer.leaderEpoch() >= located.leaderEpoch();
                            if (newer && answer != null) {
                                located = answer;
                                leaderFound();
                            } else {
                                lookAgain(40 + entropy.nextInt(100));
                            }
                        });
    }

    @Override
    protected void crashed() {
        locating = false;
    }
}
