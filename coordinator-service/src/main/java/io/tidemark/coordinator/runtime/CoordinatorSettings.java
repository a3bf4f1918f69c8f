package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.session.NodeSessions;
import java.util.Map;
import java.util.Optional;

/**
 * @param id this coordinator's, unique among them
 * @param clusterId the id a new cluster gets; a random one where empty
 * @param commandTimeoutMs how long a command may take before its outcome counts as unknown
 * @param drainSlotMs how long a node that drains in its turn keeps others from it, at most
 * @param defaults dynamic configuration of all nodes that a new cluster gets
 */
public record CoordinatorSettings(
        String id,
        NodeSessions.Timing sessions,
        Optional<String> clusterId,
        long commandTimeoutMs,
        Rebalance rebalance,
        long drainSlotMs,
        Map<String, String> defaults) {

    public CoordinatorSettings {
        defaults = Map.copyOf(defaults);
    }

    /**
     * When leadership goes back to the preferred leaders by itself.
     *
     * @param intervalMs how often that is looked at; 0 for never
     * @param tolerated share of a node's preferred partitions that others may lead; 0 to 1
     */
    public record Rebalance(long intervalMs, double tolerated) {
        public static final Rebalance NEVER = new Rebalance(0, 1);
    }
}
