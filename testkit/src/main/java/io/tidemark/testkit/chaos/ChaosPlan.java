package io.tidemark.testkit.chaos;

import io.tidemark.cluster.layout.Distribution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What a run is to do.
 *
 * @param folder takes data and logs
 * @param seed faults and their targets follow from it
 * @param length faults are made for that long
 * @param atLeast and until that many hits of each group were made: {@code kill} → 50
 * @param kinds to draw from; those that the machine cannot do are left out, and reported
 * @param longestFault most that a pause or a cut lasts
 * @param recordsPerSecond of each of the seven writers, at most
 */
public record ChaosPlan(
        Distribution distribution,
        Path folder,
        long seed,
        Duration length,
        Map<String, Integer> atLeast,
        Set<FaultKind> kinds,
        Duration longestFault,
        int recordsPerSecond) {

    public ChaosPlan {
        atLeast = Map.copyOf(atLeast);
        kinds = Set.copyOf(kinds);
    }
}
