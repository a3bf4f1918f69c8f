package io.tidemark.metadata.json;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/** An image as it is written: lists ordered by id and name, so that equal images read alike. */
record ImageDocument(
        String clusterId,
        long version,
        List<NodeImage> nodes,
        List<TopicImage> topics,
        long nextProducerId,
        Map<String, Map<String, String>> nodeConfigs) {

    static ImageDocument of(ClusterImage image) {
        return new ImageDocument(
                image.clusterId(),
                image.version(),
                List.copyOf(image.nodes().values()),
                image.topics().values().stream()
                        .sorted(Comparator.comparing(TopicImage::name))
                        .toList(),
                image.nextProducerId(),
                new TreeMap<>(image.nodeConfigs()));
    }

    ClusterImage toImage() {
        TreeMap<Integer, NodeImage> nodesById = new TreeMap<>();
        nodes.forEach(node -> nodesById.put(node.id(), node));
        Map<String, TopicImage> topicsByName = HashMap.newHashMap(topics.size());
        Map<Uuid, String> names = HashMap.newHashMap(topics.size());
        for (TopicImage topic : topics) {
            topicsByName.put(topic.name(), topic);
            names.put(topic.id(), topic.name());
        }
        return new ClusterImage(
                clusterId, version, nodesById, topicsByName, names, nextProducerId, nodeConfigs);
    }
}
