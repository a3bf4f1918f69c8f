package io.tidemark.metadata.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The way from one image to the next; copies only the maps and lists that a delta touches, and
 * once: a lost node changes thousands of partitions of one topic.
 */
final class ImageChange {
    private String clusterId;
    private SortedMap<Integer, NodeImage> nodes;
    private final ShardedMap.Builder<String, TopicImage> topics;
    private final ShardedMap.Builder<Uuid, String> topicNames;
    private long nextProducerId;
    private Map<String, Map<String, String>> nodeConfigs;
    private boolean ownsNodes;

    /** Partitions under change, by topic name; they replace those in {@link #topics} at the end. */
    private final Map<String, List<PartitionImage>> partitions = new HashMap<>();

    ImageChange(ClusterImage base) {
        clusterId = base.clusterId();
        nodes = base.nodes();
        topics = ShardedMap.copyOf(base.topics()).change();
        topicNames = ShardedMap.copyOf(base.topicNames()).change();
        nextProducerId = base.nextProducerId();
        nodeConfigs = base.nodeConfigs();
    }

    void apply(Delta delta) {
        switch (delta) {
            case Delta.ClusterInitialized d -> clusterId = d.clusterId();
            case Delta.NodeRegistered d -> writableNodes().put(d.node().id(), d.node());
            case Delta.NodeFenced d -> put(current(d.nodeId(), d.epoch()).withFenced(true));
            case Delta.NodeUnfenced d -> put(current(d.nodeId(), d.epoch()).withFenced(false));
            case Delta.NodeDraining d ->
                    put(current(d.nodeId(), d.epoch()).withDraining(d.draining()));
            case Delta.NodeUnregistered d -> writableNodes().remove(d.nodeId());
            case Delta.TopicCreated d -> putTopic(d.topic());
            case Delta.TopicDeleted d -> removeTopic(d);
            case Delta.PartitionsAdded d -> addPartitions(d);
            case Delta.PartitionChanged d -> changePartition(d);
            case Delta.TopicConfigsChanged d -> changeTopicConfigs(d);
            case Delta.NodeConfigsChanged d -> changeNodeConfigs(d);
            case Delta.ProducerIdsAllocated d -> nextProducerId = d.nextProducerId();
        }
    }

    ClusterImage build(long version) {
        partitions.forEach(
                (name, changed) -> topics.put(name, known(name).withPartitions(changed)));
        return new ClusterImage(
                clusterId,
                version,
                nodes,
                topics.build(),
                topicNames.build(),
                nextProducerId,
                nodeConfigs);
    }

    private SortedMap<Integer, NodeImage> writableNodes() {
        if (!ownsNodes) {
            nodes = new TreeMap<>(nodes);
            ownsNodes = true;
        }
        return nodes;
    }

    private NodeImage current(int nodeId, long epoch) {
        NodeImage node = nodes.get(nodeId);
        if (node == null || node.epoch() != epoch) {
            throw new IllegalArgumentException(
                    "No node " + nodeId + " with epoch " + epoch + " in the image");
        }
        return node;
    }

    private void put(NodeImage node) {
        writableNodes().put(node.id(), node);
    }

    private void putTopic(TopicImage topic) {
        if (topics.get(topic.name()) != null) {
            throw new IllegalArgumentException("Topic " + topic.name() + " exists in the image");
        }
        topics.put(topic.name(), topic);
        topicNames.put(topic.id(), topic.name());
    }

    private void removeTopic(Delta.TopicDeleted delta) {
        TopicImage topic = topic(delta.topicId());
        topics.remove(topic.name());
        topicNames.remove(topic.id());
        partitions.remove(topic.name());
    }

    private void addPartitions(Delta.PartitionsAdded delta) {
        TopicImage topic = topic(delta.topicId());
        List<PartitionImage> present = writablePartitions(topic);
        for (PartitionImage partition : delta.partitions()) {
            if (partition.index() != present.size()) {
                throw new IllegalArgumentException(
                        "Partition "
                                + partition.index()
                                + " does not follow the "
                                + present.size()
                                + " of "
                                + topic.name());
            }
            present.add(partition);
        }
    }

    private void changePartition(Delta.PartitionChanged delta) {
        TopicImage topic = topic(delta.topicId());
        List<PartitionImage> present = writablePartitions(topic);
        int index = delta.partition().index();
        if (index < 0 || index >= present.size()) {
            throw new IllegalArgumentException("No partition " + index + " in " + topic.name());
        }
        present.set(index, delta.partition());
    }

    private List<PartitionImage> writablePartitions(TopicImage topic) {
        return partitions.computeIfAbsent(
                topic.name(), name -> new ArrayList<>(topic.partitions()));
    }

    private void changeTopicConfigs(Delta.TopicConfigsChanged delta) {
        TopicImage topic = topic(delta.topicId());
        topics.put(topic.name(), topic.withConfigs(delta.configs()));
    }

    private void changeNodeConfigs(Delta.NodeConfigsChanged delta) {
        Map<String, Map<String, String>> changed = new HashMap<>(nodeConfigs);
        if (delta.configs().isEmpty()) {
            changed.remove(delta.node());
        } else {
            changed.put(delta.node(), Map.copyOf(delta.configs()));
        }
        nodeConfigs = changed;
    }

    private TopicImage topic(Uuid id) {
        @Nullable String name = topicNames.get(id);
        if (name == null) {
            throw new IllegalArgumentException("No topic with id " + id + " in the image");
        }
        return known(name);
    }

    private TopicImage known(String name) {
        @Nullable TopicImage topic = topics.get(name);
        if (topic == null) {
            throw new IllegalArgumentException("No topic " + name + " in the image");
        }
        return topic;
    }
}
