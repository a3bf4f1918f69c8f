package io.tidemark.partition.serving;

import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.partition.replication.FetchLimits;

/**
 * A node's configuration of replication, parsed once.
 *
 * @param lagTimeMaxMs a replica that has not been level with its leader for so long leaves the ISR
 * @param leaderBytesPerSecond what each event loop of a leader hands out to replicas that are not
 *     in sync; 0 for no limit
 * @param rackAware whether consumers are sent to a replica in their own rack
 * @param moveBytesPerSecond how fast a replica is copied into another log directory; 0 for no limit
 */
public record ReplicationSettings(
        long lagTimeMaxMs,
        long leaderBytesPerSecond,
        boolean rackAware,
        FetchLimits limits,
        long moveBytesPerSecond) {

    /** Those that a node's configuration has. */
    public static ReplicationSettings of(EffectiveConfigs node) {
        return new ReplicationSettings(
                node.getLong(NodeConfigs.REPLICA_LAG_TIME_MAX_MS),
                node.getLong(NodeConfigs.LEADER_REPLICATION_THROTTLED_RATE),
                node.getString(NodeConfigs.REPLICA_SELECTOR_CLASS)
                        .equals(NodeConfigs.RACK_AWARE_SELECTOR),
                new FetchLimits(
                        node.getInt(NodeConfigs.REPLICA_FETCH_WAIT_MAX_MS),
                        node.getInt(NodeConfigs.REPLICA_FETCH_MAX_BYTES),
                        node.getInt(NodeConfigs.REPLICA_FETCH_RESPONSE_MAX_BYTES),
                        node.getLong(NodeConfigs.FOLLOWER_REPLICATION_THROTTLED_RATE)),
                node.getLong(NodeConfigs.REPLICA_ALTER_LOG_DIRS_RATE));
    }
}
