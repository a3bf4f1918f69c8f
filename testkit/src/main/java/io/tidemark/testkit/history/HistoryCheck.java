package io.tidemark.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the anomalies of a history. The history must end with a reader that went from each
 * partition's beginning to its end, since what was never read cannot be told from what was lost.
 */
public final class HistoryCheck {

    private HistoryCheck() {}

    /** All anomalies, partition by partition; empty when the history is one a log can produce. */
    public static List<Anomaly> anomaliesOf(List<Operation> history) {
        Map<Partition, List<Operation>> byPartition = new LinkedHashMap<>();
        for (Operation operation : history) {
            byPartition
                    .computeIfAbsent(operation.partition(), ignored -> new ArrayList<>())
                    .add(operation);
        }
        List<Anomaly> anomalies = new ArrayList<>();
        byPartition.forEach(
                (partition, operations) ->
                        anomalies.addAll(new PartitionHistory(partition, operations).anomalies()));
        return anomalies;
    }
}
