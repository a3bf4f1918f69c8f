package io.tidemark.partition.placement;

import io.tidemark.metadata.image.NodeImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node is told when it starts.
 *
 * @param nodeId at least 0, unique in the cluster
 * @param logDirs where partitions are stored, at least one
 * @param eventLoops threads that serve connections and own partitions, at least 1
 * @param workers threads that open and recover logs, at least 1
 * @param syncThreads files of one log directory that are synced at a time, at least 1
 * @param listeners as advertised
 * @param retentionCheckInterval how often retention is applied
 * @param scrubBytesPerSecond how much of what is stored is read again to find damage; 0 for none
 * @param drainTimeout how long the node's stop may wait for others to take over what it leads
 * @param staticConfigs node configuration under Kafka's names, the weakest but the defaults
 */
public record NodeConfig(
        int nodeId,
        List<Path> logDirs,
        int eventLoops,
        int workers,
        int syncThreads,
        List<NodeImage.Listener> listeners,
        Optional<String> rack,
        Duration retentionCheckInterval,
        long scrubBytesPerSecond,
        Duration drainTimeout,
        Map<String, String> staticConfigs) {}
