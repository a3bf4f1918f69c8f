package io.tidemark.metadata.image;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** One change to the image. Applying the same deltas to the same image gives equal images. */
public sealed interface Delta {

    record ClusterInitialized(String clusterId) implements Delta {}

    record NodeRegistered(NodeImage node) implements Delta {}

    record NodeFenced(int nodeId, long epoch) implements Delta {}

    record NodeUnfenced(int nodeId, long epoch) implements Delta {}

    record NodeUnregistered(int nodeId) implements Delta {}

    record TopicCreated(TopicImage topic) implements Delta {}

    record TopicDeleted(Uuid topicId, String name) implements Delta {}

    record PartitionsAdded(Uuid topicId, List<PartitionImage> partitions) implements Delta {}

    record PartitionChanged(Uuid topicId, PartitionImage partition) implements Delta {}

    record TopicConfigsChanged(Uuid topicId, Map<String, String> configs) implements Delta {}

    record NodeConfigsChanged(String node, Map<String, String> configs) implements Delta {}

    record ProducerIdsAllocated(long nextProducerId) implements Delta {}
}
