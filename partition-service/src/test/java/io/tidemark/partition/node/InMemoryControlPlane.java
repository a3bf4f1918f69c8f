package io.tidemark.partition.node;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/**
 * A coordinator of one node, without Raft: applies commands at once. Outlives restarts of nodes.
 */
final class InMemoryControlPlane implements ControlPlane {
    static final String CLUSTER_ID = "test-cluster";
    private static final int ID_BLOCK = 3;

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private ClusterImage image =
            ClusterImage.empty().apply(1, new Delta.ClusterInitialized(CLUSTER_ID));
    private HeartbeatReply.State state = HeartbeatReply.State.ACTIVE;

    synchronized ClusterImage image() {
        return image;
    }

    /** What heartbeats are answered from now on. */
    synchronized void answerHeartbeats(HeartbeatReply.State answer) {
        state = answer;
    }

    @Override
    public synchronized CompletionStage<CommandResult> submit(Command command) {
        return CompletableFuture.completedFuture(carryOut(command));
    }

    private CommandResult carryOut(Command command) {
        return switch (command) {
            case Command.RegisterNode register -> register(register);
            case Command.CreateTopic create -> create(create);
            case Command.DeleteTopic delete ->
                    delete.id()
                            .flatMap(image::topic)
                            .or(() -> delete.name().flatMap(image::topic))
                            .map(topic -> done(new Delta.TopicDeleted(topic.id(), topic.name())))
                            .orElse(rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            case Command.CreatePartitions grow -> grow(grow);
            case Command.AlterTopicConfigs alter ->
                    image.topic(alter.topic())
                            .map(
                                    topic ->
                                            done(
                                                    new Delta.TopicConfigsChanged(
                                                            topic.id(),
                                                            changed(
                                                                    topic.configs(),
                                                                    alter.changes()))))
                            .orElse(rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            case Command.AlterNodeConfigs alter ->
                    done(
                            new Delta.NodeConfigsChanged(
                                    alter.node(),
                                    changed(image.nodeConfig(alter.node()), alter.changes())));
            case Command.AllocateProducerIds allocate -> {
                long first = image.nextProducerId();
                done(new Delta.ProducerIdsAllocated(first + ID_BLOCK));
                yield new CommandResult.ProducerIds(first, ID_BLOCK);
            }
            case Command.InitializeCluster initialize -> rejected(ErrorCode.INVALID_REQUEST);
            case Command.SetNodeFenced fenced ->
                    done(
                            fenced.fenced()
                                    ? new Delta.NodeFenced(fenced.nodeId(), fenced.epoch())
                                    : new Delta.NodeUnfenced(fenced.nodeId(), fenced.epoch()));
            case Command.AlterIsr _,
                    Command.ReplicasLost _,
                    Command.DrainNode _,
                    Command.UnregisterNode _,
                    Command.ElectLeaders _,
                    Command.Reassign _ ->
                    rejected(ErrorCode.UNSUPPORTED_VERSION);
        };
    }

    private CommandResult register(Command.RegisterNode register) {
        long epoch = image.version() + 1;
        apply(
                new Delta.NodeRegistered(
                        new NodeImage(
                                register.nodeId(),
                                epoch,
                                register.incarnation(),
                                register.listeners(),
                                register.rack(),
                                register.logDirs(),
                                true,
                                false)));
        return new CommandResult.NodeRegistered(CLUSTER_ID, epoch, image.version());
    }

    private CommandResult create(Command.CreateTopic create) {
        if (image.topics().containsKey(create.name())) {
            return rejected(ErrorCode.TOPIC_ALREADY_EXISTS);
        }
        TopicImage topic =
                new TopicImage(
                        Uuid.randomUuid(),
                        create.name(),
                        partitions(0, Math.max(1, create.partitions())),
                        create.configs(),
                        image.version() + 1);
        if (!create.validateOnly()) {
            apply(new Delta.TopicCreated(topic));
        }
        return new CommandResult.TopicCreated(topic, image.version());
    }

    private CommandResult grow(Command.CreatePartitions grow) {
        return image.topic(grow.topic())
                .map(
                        topic ->
                                done(
                                        new Delta.PartitionsAdded(
                                                topic.id(),
                                                partitions(
                                                        topic.partitions().size(),
                                                        grow.totalCount()))))
                .orElse(rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    private List<PartitionImage> partitions(int from, int to) {
        int node = image.nodes().firstKey();
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = from; i < to; i++) {
            partitions.add(new PartitionImage(i, node, 0, 0, List.of(node), List.of(node)));
        }
        return partitions;
    }

    private static Map<String, String> changed(
            Map<String, String> before, List<Command.ConfigChange> changes) {
        Map<String, String> after = new HashMap<>(before);
        for (Command.ConfigChange change : changes) {
            if (change.operation() == Command.ConfigChange.Operation.SET) {
                after.put(change.name(), change.value());
            } else {
                after.remove(change.name());
            }
        }
        return after;
    }

    private CommandResult done(Delta delta) {
        apply(delta);
        return new CommandResult.Done(image.version());
    }

    private static CommandResult rejected(ErrorCode error) {
        return new CommandResult.Rejected(error.number(), error.name());
    }

    private void apply(Delta delta) {
        image = image.apply(image.version() + 1, delta);
        listeners.forEach(listener -> listener.onImage(image, List.of(delta)));
    }

    @Override
    public synchronized CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        boolean fenced = state != HeartbeatReply.State.ACTIVE;
        if (image.node(heartbeat.nodeId()).filter(node -> node.fenced() != fenced).isPresent()) {
            carryOut(new Command.SetNodeFenced(heartbeat.nodeId(), heartbeat.epoch(), fenced));
        }
        return CompletableFuture.completedFuture(new HeartbeatReply(state, 20));
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        QuorumStatus.Member alone = new QuorumStatus.Member("1", "localhost", 8191, 7, 0);
        return CompletableFuture.completedFuture(new QuorumStatus("1", 3, 7, List.of(alone)));
    }

    @Override
    public synchronized Subscription subscribe(MetadataListener listener) {
        listeners.add(listener);
        listener.onImage(image, List.of());
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
