package io.tidemark.metadata.image;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * All lasting metadata at one version. Immutable; shared freely between threads. Successive images
 * share what did not change.
 *
 * @param clusterId empty until the cluster was initialised
 * @param version the Raft index that produced it; grows by every applied change, with gaps
 * @param nodes partition services by node id
 * @param topics by name; in no particular order
 * @param topicNames topic names by topic id
 * @param nextProducerId the first producer id not yet given to a node
 * @param nodeConfigs dynamic node configuration; key "" is the cluster-wide default, else the node
 *     id
 */
public record ClusterImage(
        String clusterId,
        long version,
        SortedMap<Integer, NodeImage> nodes,
        Map<String, TopicImage> topics,
        Map<Uuid, String> topicNames,
        long nextProducerId,
        Map<String, Map<String, String>> nodeConfigs) {

    private static final ClusterImage EMPTY =
            new ClusterImage("", 0, new TreeMap<>(), Map.of(), Map.of(), 0, Map.of());

    public ClusterImage {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        topics = ShardedMap.copyOf(topics);
        topicNames = ShardedMap.copyOf(topicNames);
        nodeConfigs = Map.copyOf(nodeConfigs);
    }

    /** The image before the first change: version 0, no cluster id. */
    public static ClusterImage empty() {
        return EMPTY;
    }

    /**
     * The next image.
     *
     * @param nextVersion greater than {@link #version}
     * @param deltas applied in order, all or nothing
     * @throws IllegalArgumentException where a delta does not fit this image (an unknown topic or
     *     node) or the version does not grow: the caller's images and deltas do not belong together
     */
    public ClusterImage apply(long nextVersion, List<Delta> deltas) {
        if (nextVersion <= version) {
            throw new IllegalArgumentException(
                    "Metadata version must grow from " + version + ", was " + nextVersion);
        }
        ImageChange change = new ImageChange(this);
        deltas.forEach(change::apply);
        return change.build(nextVersion);
    }

    /** {@link #apply(long, List)} of one delta. */
    public ClusterImage apply(long nextVersion, Delta delta) {
        return apply(nextVersion, List.of(delta));
    }

    public Optional<TopicImage> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    public Optional<TopicImage> topic(Uuid id) {
        String name = topicNames.get(id);
        return name == null ? Optional.empty() : topic(name);
    }

    public Optional<NodeImage> node(int id) {
        return Optional.ofNullable(nodes.get(id));
    }

    /** Empty where the topic or the partition does not exist. */
    public Optional<PartitionImage> partition(Uuid topicId, int index) {
        return topic(topicId).flatMap(topic -> topic.partition(index));
    }

    /** Those of all topics, in no particular order. */
    public Stream<PartitionImage> partitions() {
        return topics.values().stream().flatMap(topic -> topic.partitions().stream());
    }

    /** Dynamic configuration of a node, or of all nodes by default with the key "". */
    public Map<String, String> nodeConfig(String node) {
        return nodeConfigs.getOrDefault(node, Map.of());
    }

    /**
     * A hash over all content. Equal images have equal hashes, on any machine and in any process.
     * Takes time in proportion to the image (about 1 ms per 1,000 topics).
     */
    public long stateHash() {
        return StateHash.of(this);
    }

    /**
     * Whether a node is in sync wherever it has a replica and somebody leads: it misses nothing
     * that it could have by now.
     */
    public boolean hasCaughtUp(int nodeId) {
        return partitions()
                .filter(partition -> partition.replicas().contains(nodeId))
                .filter(partition -> partition.leader() != PartitionImage.NO_LEADER)
                .allMatch(partition -> partition.isr().contains(nodeId));
    }

    /** How many partitions a node leads although another one that is there has a replica. */
    public long leadsForOthers(int nodeId) {
        return partitions()
                .filter(partition -> partition.leader() == nodeId)
                .filter(partition -> partition.replicas().stream().anyMatch(r -> isHeir(r, nodeId)))
                .count();
    }

    private boolean isHeir(int replica, int nodeId) {
        return replica != nodeId && node(replica).filter(NodeImage::live).isPresent();
    }
}
