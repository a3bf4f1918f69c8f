package io.tidemark.partition.routing;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Finds partitions, and says what is wrong where one is not here. Safe for any thread. */
public final class Routing {
    private final int nodeId;
    private final PartitionRegistry registry;
    private final ClusterView view;

    public Routing(int nodeId, PartitionRegistry registry, ClusterView view) {
        this.nodeId = nodeId;
        this.registry = registry;
        this.view = view;
    }

    /** The partition, where it is stored here; null where {@link #absence} says why not. */
    public @Nullable Partition find(Uuid topicId, int index) {
        return registry.find(topicId, index);
    }

    /** As above, by name. */
    public @Nullable Partition find(String topic, int index) {
        return registry.find(topic, index);
    }

    /** The topic's name; empty where the id is not known. */
    public Optional<String> nameOf(Uuid topicId) {
        return Optional.ofNullable(view.image().topicNames().get(topicId));
    }

    /** Why a partition is not here. */
    public ErrorCode absence(Uuid topicId, int index) {
        Optional<TopicImage> topic = view.image().topic(topicId);
        return topic.isEmpty() ? ErrorCode.UNKNOWN_TOPIC_ID : absence(topic.get(), index);
    }

    /** As above, by name. */
    public ErrorCode absence(String name, int index) {
        Optional<TopicImage> topic = view.image().topic(name);
        return topic.isEmpty() ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : absence(topic.get(), index);
    }

    private ErrorCode absence(TopicImage topic, int index) {
        Optional<PartitionImage> partition = topic.partition(index);
        if (partition.isEmpty()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        // Ours by the metadata and yet not open: its log directory is offline.
        return partition.get().leader() == nodeId
                ? ErrorCode.KAFKA_STORAGE_ERROR
                : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** A node of the cluster; empty where it is not registered. */
    public Optional<NodeImage> node(int id) {
        return view.image().node(id);
    }

    /** Who leads a partition, for KIP-951's hints; empty where no other node does. */
    public Optional<PartitionImage> leadership(String topic, int index) {
        return view.image()
                .topic(topic)
                .flatMap(image -> image.partition(index))
                .filter(
                        partition ->
                                partition.leader() != PartitionImage.NO_LEADER
                                        && partition.leader() != nodeId);
    }

    /** Where a node is reached by the connection's kind of listener; empty where it is not. */
    public Optional<NodeImage.Listener> endpoint(RequestContext context, int node) {
        return endpoint(view.image(), context, node);
    }

    /** As above, in a given image. */
    public static Optional<NodeImage.Listener> endpoint(
            ClusterImage image, RequestContext context, int node) {
        NodeImage known = image.nodes().get(node);
        if (known == null) {
            return Optional.empty();
        }
        String listener = context.connection().listener();
        return known.listeners().stream()
                .filter(candidate -> candidate.name().equals(listener))
                .findFirst();
    }
}
