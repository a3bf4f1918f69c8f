package io.tidemark.metadata.image;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** One change to the image. Applying the same deltas to the same image gives equal images. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Delta.ClusterInitialized.class, name = "clusterInitialized"),
    @JsonSubTypes.Type(value = Delta.NodeRegistered.class, name = "nodeRegistered"),
    @JsonSubTypes.Type(value = Delta.NodeFenced.class, name = "nodeFenced"),
    @JsonSubTypes.Type(value = Delta.NodeUnfenced.class, name = "nodeUnfenced"),
    @JsonSubTypes.Type(value = Delta.NodeDraining.class, name = "nodeDraining"),
    @JsonSubTypes.Type(value = Delta.NodeUnregistered.class, name = "nodeUnregistered"),
    @JsonSubTypes.Type(value = Delta.TopicCreated.class, name = "topicCreated"),
    @JsonSubTypes.Type(value = Delta.TopicDeleted.class, name = "topicDeleted"),
    @JsonSubTypes.Type(value = Delta.PartitionsAdded.class, name = "partitionsAdded"),
    @JsonSubTypes.Type(value = Delta.PartitionChanged.class, name = "partitionChanged"),
    @JsonSubTypes.Type(value = Delta.TopicConfigsChanged.class, name = "topicConfigsChanged"),
    @JsonSubTypes.Type(value = Delta.NodeConfigsChanged.class, name = "nodeConfigsChanged"),
    @JsonSubTypes.Type(value = Delta.ProducerIdsAllocated.class, name = "producerIdsAllocated")
})
public sealed interface Delta {

    record ClusterInitialized(String clusterId) implements Delta {}

    record NodeRegistered(NodeImage node) implements Delta {}

    record NodeFenced(int nodeId, long epoch) implements Delta {}

    record NodeUnfenced(int nodeId, long epoch) implements Delta {}

    /** The node has announced its stop, or changed its mind. */
    record NodeDraining(int nodeId, long epoch, boolean draining) implements Delta {}

    record NodeUnregistered(int nodeId) implements Delta {}

    record TopicCreated(TopicImage topic) implements Delta {}

    record TopicDeleted(Uuid topicId, String name) implements Delta {}

    record PartitionsAdded(Uuid topicId, List<PartitionImage> partitions) implements Delta {}

    record PartitionChanged(Uuid topicId, PartitionImage partition) implements Delta {}

    record TopicConfigsChanged(Uuid topicId, Map<String, String> configs) implements Delta {}

    record NodeConfigsChanged(String node, Map<String, String> configs) implements Delta {}

    record ProducerIdsAllocated(long nextProducerId) implements Delta {}
}
