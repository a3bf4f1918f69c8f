package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.Entropy;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a seed draws before anything happens: the cluster, its load and the faults it will see. Each
 * seed sees some of the faults only, so that they do not hide each other.
 *
 * @param minInSync at most {@code replicas}
 * @param faultEveryMs on average
 */
record Shape(
        int coordinators,
        int nodes,
        int directories,
        int partitions,
        int replicas,
        int minInSync,
        int producers,
        int producerPauseMs,
        int consumers,
        int segmentBytes,
        int retentionBytes,
        int chaosMs,
        int faultEveryMs,
        Set<Fault> faults) {

    /**
     * @param more for what was added later, so that the other seeds stay as they are
     */
    static Shape draw(Entropy entropy, Entropy more) {
        Set<Fault> faults = drawFaults(entropy, more);
        int nodes = entropy.nextInt(4) == 0 ? 4 + entropy.nextInt(2) : 3;
        int replicas = entropy.nextInt(8) == 0 ? 1 + entropy.nextInt(nodes) : 3;
        int lowest = lowestMinInSync(replicas, faults);
        int minInSync =
                entropy.nextInt(4) == 0
                        ? lowest + entropy.nextInt(replicas - lowest + 1)
                        : (replicas + 2) / 2;
        return new Shape(
                entropy.nextInt(5) == 0 ? 1 : 3,
                nodes,
                entropy.nextInt(4) == 0 ? 2 : 1,
                entropy.nextInt(3) == 0 ? 2 : 1,
                replicas,
                minInSync,
                1 + entropy.nextInt(2),
                40 + entropy.nextInt(160),
                1,
                1_000 + entropy.nextInt(20_000),
                entropy.nextInt(4) == 0 ? 3_000 + entropy.nextInt(6_000) : -1,
                2_000 + entropy.nextInt(6_000),
                200 + entropy.nextInt(1_200),
                faults);
    }

    /**
     * What min.insync.replicas may be. With 1, the loss of a disk may lose records: nobody promises
     * anything then.
     */
    int lowestMinInSync() {
        return lowestMinInSync(replicas, faults);
    }

    private static int lowestMinInSync(int replicas, Set<Fault> faults) {
        boolean disksAreLost = faults.contains(Fault.WIPE) || faults.contains(Fault.FLIP_BIT);
        return disksAreLost ? Math.min(2, replicas) : 1;
    }

    private static Set<Fault> drawFaults(Entropy entropy, Entropy more) {
        Set<Fault> drawn = EnumSet.noneOf(Fault.class);
        int perThousand = 150 + entropy.nextInt(500);
        for (Fault fault : Fault.values()) {
            Entropy chance = fault == Fault.LATE_PROPOSALS ? more : entropy;
            if (chance.nextInt(1_000) < perThousand) {
                drawn.add(fault);
            }
        }
        if (drawn.isEmpty()) {
            drawn.add(Fault.CRASH_ALL);
        }
        return drawn;
    }
}
