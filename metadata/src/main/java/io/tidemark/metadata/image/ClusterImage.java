package io.tidemark.metadata.image;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/**
 * All lasting metadata at one version. Immutable; shared freely between threads.
 *
 * @param clusterId empty until the cluster was initialised
 * @param version the Raft index that produced it; grows by every applied change
 * @param nodes partition services by node id
 * @param topics by name
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

    public Optional<TopicImage> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    public Optional<TopicImage> topic(Uuid id) {
        String name = topicNames.get(id);
        return name == null ? Optional.empty() : topic(name);
    }
}
