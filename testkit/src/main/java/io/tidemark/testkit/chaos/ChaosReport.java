package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param minutes that it took, the last reading included
 * @param faults how many of each kind, by its word
 * @param hits processes killed or frozen, cuts made, by group
 * @param pauses by kind, over the partitions that the hit nodes led
 * @param leftOut kinds that this machine cannot do, with the reason
 * @param violations promises that were broken, in words
 * @param failedCalls calls that failed for good, while something was broken
 * @param failedCallsOfRollingRestarts calls that failed while nothing but planned stops happened
 * @param command repeats it
 */
public record ChaosReport(
        long seed,
        double minutes,
        Map<String, Integer> faults,
        Map<String, Integer> hits,
        Map<String, Pauses> pauses,
        Map<String, String> leftOut,
        Verdict history,
        long slowestHealMs,
        List<String> violations,
        long failedCalls,
        long failedCallsOfRollingRestarts,
        String command) {

    /** Whether every promise was kept. */
    public boolean good() {
        return violations.isEmpty() && history.good();
    }
}
