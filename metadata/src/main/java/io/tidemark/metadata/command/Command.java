package io.tidemark.metadata.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

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
    @JsonSubTypes.Type(value = Command.AllocateProducerIds.class, name = "allocateProducerIds"),
    @JsonSubTypes.Type(value = Command.AlterIsr.class, name = "alterIsr"),
    @JsonSubTypes.Type(value = Command.ReplicasLost.class, name = "replicasLost"),
    @JsonSubTypes.Type(value = Command.ReplicasFound.class, name = "replicasFound"),
    @JsonSubTypes.Type(value = Command.DrainNode.class, name = "drainNode"),
    @JsonSubTypes.Type(value = Command.DrainInTurn.class, name = "drainInTurn"),
    @JsonSubTypes.Type(value = Command.UnregisterNode.class, name = "unregisterNode"),
    @JsonSubTypes.Type(value = Command.ElectLeaders.class, name = "electLeaders"),
    @JsonSubTypes.Type(value = Command.Reassign.class, name = "reassign")
})
public sealed interface Command {

    /**
     * Gives a new cluster its id and, with the same entry, the configuration that it begins with;
     * does nothing where it has that id. Issued by the coordinator.
     *
     * @param defaults dynamic configuration of all nodes
     */
    record InitializeCluster(String clusterId, Map<String, String> defaults) implements Command {

        /**
         * @param defaults null in what was logged before there were any
         */
        public InitializeCluster(String clusterId, @Nullable Map<String, String> defaults) {
            this.clusterId = clusterId;
            this.defaults = defaults == null ? Map.of() : Map.copyOf(defaults);
        }

        /** Without any configuration. */
        public InitializeCluster(String clusterId) {
            this(clusterId, Map.of());
        }
    }

    /**
     * Registers a partition service's new incarnation; its epoch is the answer.
     *
     * @param clusterId what its data folder belongs to; empty where the folder is new
     * @param clean whether the process before it on these folders stopped cleanly: else what was
     *     acknowledged without a sync may be gone
     */
    record RegisterNode(
            int nodeId,
            Uuid incarnation,
            Optional<String> clusterId,
            List<NodeImage.Listener> listeners,
            Optional<String> rack,
            List<Uuid> logDirs,
            boolean clean)
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

    /**
     * A leader proposes other in-sync replicas; they count once the coordinator has accepted them.
     * Answered by {@link CommandResult.PartitionsAltered}: each partition for itself.
     */
    record AlterIsr(int nodeId, long nodeEpoch, List<IsrChange> changes) implements Command {}

    /**
     * @param leaderEpoch what the leader leads in
     * @param partitionEpoch what the change is based on; another one makes it void
     * @param isr the leader first or anywhere; never empty
     */
    record IsrChange(
            Uuid topicId, int index, int leaderEpoch, int partitionEpoch, List<IsrMember> isr) {}

    /**
     * @param nodeEpoch of the incarnation that has caught up: a later one must do so itself
     *     (KIP-903)
     */
    record IsrMember(int nodeId, long nodeEpoch) {}

    /**
     * A node has lost what it stored of these partitions, whole or in part: its log directory has
     * failed, or damage was found. It leaves their ISR and ELR, unless nobody else has the records.
     */
    record ReplicasLost(int nodeId, long nodeEpoch, List<PartitionId> partitions, String reason)
            implements Command {}

    /**
     * A node has, whole, what it stored of partitions of which it is the only replica, and which
     * count as lost since it once registered without one of its log directories: it leads them
     * again. For any other partition it changes nothing.
     */
    record ReplicasFound(int nodeId, long nodeEpoch, List<PartitionId> partitions)
            implements Command {}

    /** Names a partition. */
    record PartitionId(Uuid topicId, int index) {}

    /**
     * A node is about to stop: others take over what it leads, and it leaves every ISR in which
     * another stays. Answered by {@link CommandResult.Drained}.
     *
     * @param draining false takes it back
     */
    record DrainNode(int nodeId, long nodeEpoch, boolean draining) implements Command {}

    /**
     * As {@link DrainNode}, when it is this node's turn: refused with INELIGIBLE_REPLICA while
     * another node has the cluster's one slot, and while partitions would be left with fewer
     * in-sync replicas than {@code min.insync.replicas}. Worth asking again later.
     */
    record DrainInTurn(int nodeId, long nodeEpoch) implements Command {}

    /** Forgets a node that is fenced and has no replicas. */
    record UnregisterNode(int nodeId) implements Command {}

    /**
     * Changes leaders by hand. Answered by {@link CommandResult.PartitionsAltered}.
     *
     * @param partitions empty for all that the kind applies to
     * @param askedBy who wants it, for the log: an unclean election may cost records
     */
    record ElectLeaders(Election election, List<PartitionId> partitions, String askedBy)
            implements Command {
        public enum Election {
            /** The first of the assignment leads where it is in sync. */
            PREFERRED,
            /** Any live replica leads where nobody eligible is left: records may be lost. */
            UNCLEAN
        }
    }

    /** Moves replicas. Answered by {@link CommandResult.PartitionsAltered}. */
    record Reassign(List<Reassignment> reassignments) implements Command {}

    /**
     * @param replicas the nodes it shall be on, the preferred leader first; empty cancels what is
     *     under way
     */
    record Reassignment(Uuid topicId, int index, Optional<List<Integer>> replicas) {}

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
