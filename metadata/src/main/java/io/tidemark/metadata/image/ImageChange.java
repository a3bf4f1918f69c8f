package io.tidemark.metadata.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The way from one image to the next; copies only the maps that a delta touches, and once. */
final class ImageChange {
    private String clusterId;
    private SortedMap<Integer, NodeImage> nodes;
    private final ShardedMap.Builder<String, TopicImage> topics;
    private final ShardedMap.Builder<Uuid, String> topicNames;
    private long nextProducerId;
    private Map<String, Map<String, String>> nodeConfigs;
    private boolean ownsNodes;

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
    }

    private void addPartitions(Delta.PartitionsAdded delta) {
        TopicImage topic = topic(delta.topicId());
        List<PartitionImage> partitions = new ArrayList<>(topic.partitions());
        for (PartitionImage partition : delta.partitions()) {
            if (partition.index() != partitions.size()) {
                throw new IllegalArgumentException(
                        "Partition "
                                + partition.index()
                                + " does not follow the "
                                + partitions.size()
                                + " of "
                                + topic.name());
            }
            partitions.add(partition);
        }
        topics.put(topic.name(), topic.withPartitions(partitions));
    }

    private void changePartition(Delta.PartitionChanged delta) {
        TopicImage topic = topic(delta.topicId());
        int index = delta.partition().index();
        if (index < 0 || index >= topic.partitions().size()) {
            throw new IllegalArgumentException("No partition " + index + " in " + topic.name());
        }
        List<PartitionImage> partitions = new ArrayList<>(topic.partitions());
        partitions.set(index, delta.partition());
        topics.put(topic.name(), topic.withPartitions(partitions));
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
        @Nullable TopicImage topic = name == null ? null : topics.get(name);
        if (topic == null) {
            throw new IllegalArgumentException("No topic with id " + id + " in the image");
        }
        return topic;
    }
}
