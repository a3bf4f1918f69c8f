package io.tidemark.testkit.history;

import java.util.List;
import java.util.Map;

/**
 * What came of a history.
 *
 * @param anomalies some of what no correct log could have done; all, where they are few
 * @param anomalyCount all of it
 */
public record Verdict(
        long sent,
        long acknowledged,
        long refused,
        long polled,
        long lost,
        Map<Sender, Long> duplicates,
        List<Anomaly> anomalies,
        long anomalyCount) {

    public Verdict {
        duplicates = Map.copyOf(duplicates);
        anomalies = List.copyOf(anomalies);
    }

    /** Whether the log kept its promises; a plain producer's repetitions are its own. */
    public boolean good() {
        return anomalyCount == 0;
    }
}
