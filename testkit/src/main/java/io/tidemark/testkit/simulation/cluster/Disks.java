package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.Entropy;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.testkit.simulation.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** The disks of one node, each with one log directory. They outlive the process. */
final class Disks {
    private final SeededEntropy entropy;
    private final List<Place> places = new ArrayList<>();
    private int maxSyncMs;

    /** A disk and the id of the log directory on it. */
    static final class Place {
        private SimulatedDisk disk;
        private Uuid directoryId;
        private boolean clean;

        private Place(SimulatedDisk disk, Uuid directoryId) {
            this.disk = disk;
            this.directoryId = directoryId;
        }

        SimulatedDisk disk() {
            return disk;
        }

        Uuid directoryId() {
            return directoryId;
        }

        /** Whether every log on it was closed; the next start finds out and forgets. */
        boolean takeClean() {
            boolean was = clean;
            clean = false;
            return was;
        }

        void markClean() {
            clean = true;
        }
    }

    Disks(int count, SeededEntropy entropy) {
        this.entropy = entropy;
        for (int i = 0; i < count; i++) {
            places.add(fresh());
        }
    }

    private Place fresh() {
        return new Place(
                new SimulatedDisk(entropy.split()),
                new Uuid(entropy.nextLong(), entropy.nextLong()));
    }

    List<Place> places() {
        return places;
    }

    SimulatedDisk any(Entropy choice) {
        return places.get(choice.nextInt(places.size())).disk;
    }

    /** Whether an operation has taken the machine down. */
    boolean down() {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).disk.down()) {
                return true;
            }
        }
        return false;
    }

    /** The process ends, alone or with the machine. */
    void stop(boolean power) {
        for (Place place : places) {
            if (power) {
                place.disk.losePower();
            } else {
                place.disk.killProcess();
            }
        }
    }

    /** Puts in new, empty disks. */
    void replace(boolean sameIds) {
        for (Place place : places) {
            Place fresh = fresh();
            place.disk = fresh.disk;
            place.clean = false;
            if (!sameIds) {
                place.directoryId = fresh.directoryId;
            }
        }
    }

    /** Lets every sync take up to so long; 0 for the usual. */
    void slowDown(int maxMs) {
        maxSyncMs = maxMs;
    }

    /** How long the next sync takes. */
    long syncNanos() {
        return maxSyncMs == 0
                ? 100_000 + entropy.nextInt(2_000_000)
                : entropy.nextInt(maxSyncMs) * 1_000_000L;
    }

    void makeRoom() {
        places.forEach(place -> place.disk.limitTo(Long.MAX_VALUE));
    }

    void endFaults() {
        places.forEach(
                place -> {
                    if (!place.disk.down()) {
                        place.disk.crashAfter(Long.MAX_VALUE);
                    }
                    place.disk.failForceAfter(Long.MAX_VALUE);
                });
    }
}
