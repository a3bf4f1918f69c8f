package io.tidemark.metadata.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** What can be asked of the coordinator. Answered by a {@link CommandResult}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.InitializeCluster.class, name = "initializeCluster"),
    @JsonSubTypes.Type(value = Command.RegisterNode.class, name = "registerNode"),
    @JsonSubTypes.Type(value = Command.SetNodeFenced.class, name = "setNodeFenced"),
    @JsonSubTypes.Type(value = Command.CreateTopic.class, name = "createTopic"),
    @JsonSubTypes.Type(value = Command.DeleteTopic.class, name = "deleteTopic"),
    @JsonSubTypes.Type(value = Command.CreatePartitions.class, name = "createPartitions"),
    @JsonSubTypes.Type(value = Command.AlterTopicConfigs.class, name = "alterTopicConfigs"),
    @JsonSubTypes.Type(value = Command.AlterNodeConfigs.class, name = "alterNodeConfigs"),
    @JsonSubTypes.Type(value = Command.AllocateProducerIds.class, name = "allocateProducerIds")
})
public sealed interface Command {

    /** Gives a new cluster its id; does nothing where it has that id. Issued by the coordinator. */
    record InitializeCluster(String clusterId) implements Command {}

    /**
     * Registers a partition service's new incarnation; its epoch is the answer.
     *
     * @param clusterId what its data folder belongs to; empty where the folder is new
     */
    record RegisterNode(
            int nodeId,
            Uuid incarnation,
            Optional<String> clusterId,
            List<NodeImage.Listener> listeners,
            Optional<String> rack,
            List<Uuid> logDirs)
            implements Command {}

    /** Changes a node's session, issued by the coordinator itself (heartbeat lost or resumed). */
    record SetNodeFenced(int nodeId, long epoch, boolean fenced) implements Command {}

    /**
     * Creates a topic.
     *
     * @param partitions -1 for the cluster's default
     * @param replicationFactor -1 for the cluster's default
     * @param assignments replicas by partition; empty lets the coordinator place them
     * @param validateOnly checks and answers as if created, without creating
     */
    record CreateTopic(
            String name,
            int partitions,
            int replicationFactor,
            List<List<Integer>> assignments,
            Map<String, String> configs,
            boolean validateOnly)
            implements Command {}

    /** Deletes by id where given, else by name. */
    record DeleteTopic(Optional<String> name, Optional<Uuid> id) implements Command {}

    /** Grows a topic to {@code totalCount} partitions. */
    record CreatePartitions(
            String topic, int totalCount, List<List<Integer>> assignments, boolean validateOnly)
            implements Command {}

    /** Changes a topic's configuration. */
    record AlterTopicConfigs(String topic, List<ConfigChange> changes, boolean validateOnly)
            implements Command {}

    /** Changes a node's dynamic configuration; node "" is the default of all. */
    record AlterNodeConfigs(String node, List<ConfigChange> changes, boolean validateOnly)
            implements Command {}

    /** Takes a block of producer ids. */
    record AllocateProducerIds(int nodeId, long epoch) implements Command {}

    /** One configuration change. */
    record ConfigChange(String name, Operation operation, String value) {
        public enum Operation {
            SET,
            DELETE,
            APPEND,
            SUBTRACT
        }
    }
}
