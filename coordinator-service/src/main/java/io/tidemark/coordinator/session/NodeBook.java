package io.tidemark.coordinator.session;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.control.NodeReports.Report;
import io.tidemark.metadata.control.NodeVitals;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What each node last told of itself: one entry a node, in memory, and without consequence for any
 * decision. Not for use by several threads at once.
 */
final class NodeBook {
    private final Clock clock;
    private final Map<Integer, Entry> byNode = new TreeMap<>();

    private record Entry(ClockAhead ahead, NodeVitals vitals, long heardNanos) {}

    NodeBook(Clock clock) {
        this.clock = clock;
    }

    /** Forgets everything: it is old. */
    void clear() {
        byNode.clear();
    }

    void heard(int nodeId, NodeVitals vitals) {
        Entry before = byNode.get(nodeId);
        ClockAhead ahead = before == null ? new ClockAhead() : before.ahead;
        ahead.heard(vitals.wallMs(), clock.wallMs(), clock.nanos());
        byNode.put(nodeId, new Entry(ahead, vitals, clock.nanos()));
    }

    /**
     * @param known ids of all nodes there are; what is told of others is forgotten
     */
    NodeReports reports(Collection<Integer> known) {
        byNode.keySet().retainAll(known);
        long nowNanos = clock.nanos();
        return new NodeReports(
                byNode.entrySet().stream()
                        .map(
                                each ->
                                        new Report(
                                                each.getKey(),
                                                each.getValue().ahead.ms(),
                                                TimeUnit.NANOSECONDS.toMillis(
                                                        nowNanos - each.getValue().heardNanos),
                                                each.getValue().vitals))
                        .toList());
    }
}
