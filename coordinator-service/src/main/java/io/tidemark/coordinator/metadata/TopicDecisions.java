package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.Placement;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.ConfigDefinitions;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.config.TopicNames;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** Topics are created, grown and deleted. */
final class TopicDecisions {
    /** Beyond this a topic is a mistake: every partition costs files and memory on its nodes. */
    static final int MAX_PARTITIONS = 10_000;

    private static final int CLUSTER_DEFAULT = -1;
    private static final int NO_NODE = -1;

    private TopicDecisions() {}

    static Decision create(
            Command.CreateTopic command, ClusterImage image, Decision.Context context) {
        checkName(command.name(), image);
        checkConfigs(command.configs());
        List<PartitionImage> partitions =
                command.assignments().isEmpty()
                        ? place(command, image, context.id())
                        : assigned(command, image);
        checkTotal(command.name(), partitions.size(), image);
        TopicImage topic =
                new TopicImage(
                        context.id(),
                        command.name(),
                        partitions,
                        command.configs(),
                        context.version());
        return command.validateOnly()
                ? Decision.unchanged(new CommandResult.TopicCreated(topic, image.version()))
                : Decision.change(
                        new CommandResult.TopicCreated(topic, context.version()),
                        new Delta.TopicCreated(topic));
    }

    static Decision delete(Command.DeleteTopic command, ClusterImage image, long version) {
        TopicImage topic = find(command, image);
        return Decision.change(
                new CommandResult.Done(version), new Delta.TopicDeleted(topic.id(), topic.name()));
    }

    static Decision grow(
            Command.CreatePartitions command, ClusterImage image, Decision.Context context) {
        TopicImage topic = existing(command.topic(), image);
        int present = topic.partitions().size();
        int added = command.totalCount() - present;
        if (added <= 0) {
            throw new Rejection(
                    ErrorCode.INVALID_PARTITIONS,
                    "Topic '"
                            + topic.name()
                            + "' has "
                            + present
                            + " partitions, which cannot be changed to "
                            + command.totalCount()
                            + ": a topic can only grow");
        }
        checkPartitionCount(command.totalCount());
        checkTotal(topic.name(), added, image);
        List<PartitionImage> partitions;
        if (command.assignments().isEmpty()) {
            int replicas = topic.partitions().getFirst().replicas().size();
            partitions = placed(image, context.id(), present, added, replicas);
        } else {
            checkAssignmentCount(command.assignments(), added, "new partitions");
            partitions = assigned(command.assignments(), image, present);
        }
        return command.validateOnly()
                ? Decision.unchanged(new CommandResult.Done(image.version()))
                : Decision.change(
                        new CommandResult.Done(context.version()),
                        new Delta.PartitionsAdded(topic.id(), partitions));
    }

    /** The topic of a name, or a rejection. */
    static TopicImage existing(String name, ClusterImage image) {
        return image.topic(name)
                .orElseThrow(
                        () ->
                                new Rejection(
                                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                                        TopicNames.problemWith(name)
                                                .orElse("Topic '" + name + "' does not exist")));
    }

    private static TopicImage find(Command.DeleteTopic command, ClusterImage image) {
        Optional<Uuid> id = command.id();
        if (id.isEmpty()) {
            return existing(
                    command.name()
                            .orElseThrow(
                                    () ->
                                            new Rejection(
                                                    ErrorCode.INVALID_REQUEST,
                                                    "Neither a topic's name nor its id is given")),
                    image);
        }
        return image.topic(id.get())
                .filter(topic -> command.name().map(topic.name()::equals).orElse(true))
                .orElseThrow(
                        () ->
                                new Rejection(
                                        ErrorCode.UNKNOWN_TOPIC_ID,
                                        "There is no topic with id " + id.get()));
    }

    private static void checkName(String name, ClusterImage image) {
        TopicNames.problemWith(name)
                .ifPresent(
                        problem -> {
                            throw new Rejection(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
                        });
        if (image.topic(name).isPresent()) {
            throw new Rejection(
                    ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists");
        }
        TopicNames.collision(name, image.topics().keySet())
                .ifPresent(
                        other -> {
                            throw new Rejection(
                                    ErrorCode.INVALID_TOPIC_EXCEPTION,
                                    "Topic name '"
                                            + name
                                            + "' collides with '"
                                            + other
                                            + "': names that differ only in '.' and '_' cannot"
                                            + " live side by side");
                        });
    }

    private static void checkConfigs(Map<String, String> configs) {
        ConfigDefinitions.ofTopics()
                .problemWith(configs)
                .or(() -> TopicConfigs.conflict(configs))
                .ifPresent(
                        problem -> {
                            throw new Rejection(ErrorCode.INVALID_CONFIG, problem);
                        });
    }

    private static void checkPartitionCount(int count) {
        if (count < 1 || count > MAX_PARTITIONS) {
            throw new Rejection(
                    ErrorCode.INVALID_PARTITIONS,
                    "Invalid number of partitions " + count + ": must be 1 to " + MAX_PARTITIONS);
        }
    }

    /** The cluster as a whole has a limit: what each partition costs, it costs on every node. */
    private static void checkTotal(String topic, int added, ClusterImage image) {
        int limit =
                EffectiveConfigs.ofNode(image, NO_NODE, Map.of())
                        .getInt(NodeConfigs.MAX_PARTITIONS);
        int present = image.topics().values().stream().mapToInt(t -> t.partitions().size()).sum();
        if (present + added > limit) {
            throw new Rejection(
                    ErrorCode.POLICY_VIOLATION,
                    "No %d partitions can be added for topic '%s': the cluster has %d, and %s is %d"
                            .formatted(added, topic, present, NodeConfigs.MAX_PARTITIONS, limit));
        }
    }

    private static List<PartitionImage> place(
            Command.CreateTopic command, ClusterImage image, Uuid seed) {
        EffectiveConfigs defaults = EffectiveConfigs.ofNode(image, NO_NODE, Map.of());
        int count =
                command.partitions() == CLUSTER_DEFAULT
                        ? defaults.getInt(NodeConfigs.NUM_PARTITIONS)
                        : command.partitions();
        checkPartitionCount(count);
        int replicas =
                command.replicationFactor() == CLUSTER_DEFAULT
                        ? defaults.getInt(NodeConfigs.DEFAULT_REPLICATION_FACTOR)
                        : command.replicationFactor();
        return placed(image, seed, 0, count, replicas);
    }

    private static List<PartitionImage> placed(
            ClusterImage image, Uuid seed, int firstIndex, int count, int replicas) {
        List<NodeImage> live = image.nodes().values().stream().filter(NodeImage::live).toList();
        if (replicas < 1 || replicas > live.size()) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Invalid replication factor "
                            + replicas
                            + ": must be at least 1 and at most the number of live nodes, which is "
                            + live.size()
                            + notCounted(image, live.size()));
        }
        List<List<Integer>> assignments =
                Placement.place(live, seed.getLeastSignificantBits(), firstIndex, count, replicas);
        List<PartitionImage> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<Integer> assignment = assignments.get(i);
            partitions.add(
                    new PartitionImage(
                            firstIndex + i, assignment.getFirst(), 0, 0, assignment, assignment));
        }
        return partitions;
    }

    private static String notCounted(ClusterImage image, int live) {
        int others = image.nodes().size() - live;
        return others == 0 ? "" : "; " + others + " more are fenced or draining";
    }

    private static List<PartitionImage> assigned(Command.CreateTopic command, ClusterImage image) {
        List<List<Integer>> assignments = command.assignments();
        checkPartitionCount(assignments.size());
        if (command.partitions() != CLUSTER_DEFAULT) {
            checkAssignmentCount(assignments, command.partitions(), "partitions");
        }
        int factor = command.replicationFactor();
        if (factor != CLUSTER_DEFAULT && factor != assignments.getFirst().size()) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "The assignment has "
                            + assignments.getFirst().size()
                            + " replicas, the replication factor is "
                            + factor);
        }
        return assigned(assignments, image, 0);
    }

    private static void checkAssignmentCount(
            List<List<Integer>> assignments, int expected, String what) {
        if (assignments.size() != expected) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "There are "
                            + assignments.size()
                            + " assignments for "
                            + expected
                            + " "
                            + what);
        }
    }

    private static List<PartitionImage> assigned(
            List<List<Integer>> assignments, ClusterImage image, int firstIndex) {
        List<PartitionImage> partitions = new ArrayList<>(assignments.size());
        for (List<Integer> replicas : assignments) {
            int index = firstIndex + partitions.size();
            checkAssignment(index, replicas, assignments.getFirst().size(), image);
            List<Integer> live = replicas.stream().filter(id -> isLive(id, image)).toList();
            if (live.isEmpty()) {
                throw new Rejection(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "No node of the assignment of partition " + index + " is live");
            }
            partitions.add(new PartitionImage(index, live.getFirst(), 0, 0, replicas, live));
        }
        return partitions;
    }

    private static void checkAssignment(
            int index, List<Integer> replicas, int expected, ClusterImage image) {
        if (replicas.isEmpty()
                || replicas.size() != expected
                || new HashSet<>(replicas).size() != replicas.size()) {
            throw new Rejection(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "The assignment "
                            + replicas
                            + " of partition "
                            + index
                            + " must name different nodes, as many for each partition");
        }
        replicas.stream()
                .filter(id -> image.node(id).isEmpty())
                .findFirst()
                .ifPresent(
                        id -> {
                            throw new Rejection(
                                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                                    "Node "
                                            + id
                                            + " of the assignment of partition "
                                            + index
                                            + " is not registered");
                        });
    }

    private static boolean isLive(int nodeId, ClusterImage image) {
        return image.node(nodeId).filter(NodeImage::live).isPresent();
    }
}
