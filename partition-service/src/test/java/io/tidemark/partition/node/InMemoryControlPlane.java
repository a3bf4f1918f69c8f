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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * A coordinator without Raft: applies commands at once. Outlives restarts of nodes. Its decisions
 * about replicas are the simple ones; those of the real one are tested with it.
 */
final class InMemoryControlPlane implements ControlPlane {
    static final String CLUSTER_ID = "test-cluster";
    private static final int ID_BLOCK = 3;

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private ClusterImage image =
            ClusterImage.empty().apply(1, new Delta.ClusterInitialized(CLUSTER_ID));
    private final Set<Integer> silent = new HashSet<>();
    private final List<Command.PartitionId> losses = new ArrayList<>();
    private HeartbeatReply.State state = HeartbeatReply.State.ACTIVE;
    private CompletionStage<Void> mayCreate = CompletableFuture.completedStage(null);
    private ErrorCode refusal = ErrorCode.NONE;

    synchronized ClusterImage image() {
        return image;
    }

    /** What heartbeats are answered from now on. */
    synchronized void answerHeartbeats(HeartbeatReply.State answer) {
        state = answer;
    }

    /** Topics are created once a stage is complete. */
    synchronized void holdCreations(CompletionStage<Void> until) {
        mayCreate = until;
    }

    /** Topics are created no more. */
    synchronized void refuseCreations(ErrorCode error) {
        refusal = error;
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        CompletionStage<Void> gate;
        synchronized (this) {
            gate = mayCreate;
        }
        return command instanceof Command.CreateTopic
                ? gate.thenApply(open -> carriedOut(command))
                : CompletableFuture.completedFuture(carriedOut(command));
    }

    private synchronized CommandResult carriedOut(Command command) {
        return carryOut(command);
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
            case Command.SetNodeFenced fenced -> {
                CommandResult done =
                        done(
                                fenced.fenced()
                                        ? new Delta.NodeFenced(fenced.nodeId(), fenced.epoch())
                                        : new Delta.NodeUnfenced(fenced.nodeId(), fenced.epoch()));
                if (fenced.fenced()) {
                    leaveAll(fenced.nodeId());
                }
                yield done;
            }
            case Command.AlterIsr alter -> alterIsr(alter);
            case Command.ReplicasLost lost -> {
                lost.partitions().forEach(id -> leave(id.topicId(), id.index(), lost.nodeId()));
                losses.addAll(lost.partitions());
                yield new CommandResult.Done(image.version());
            }
            case Command.DrainNode drain -> drain(drain);
            case Command.DrainInTurn drain ->
                    drain(new Command.DrainNode(drain.nodeId(), drain.nodeEpoch(), true));
            case Command.ReplicasFound found -> {
                found.partitions().forEach(id -> recall(id.topicId(), id.index(), found.nodeId()));
                yield new CommandResult.Done(image.version());
            }
            case Command.UnregisterNode _, Command.ElectLeaders _, Command.Reassign _ ->
                    rejected(ErrorCode.UNSUPPORTED_VERSION);
        };
    }

    private CommandResult alterIsr(Command.AlterIsr alter) {
        List<CommandResult.PartitionOutcome> outcomes = new ArrayList<>();
        for (Command.IsrChange change : alter.changes()) {
            PartitionImage now = partition(change.topicId(), change.index());
            ErrorCode error = refusal(alter, change, now);
            if (error == ErrorCode.NONE) {
                List<Integer> isr =
                        change.isr().stream().map(Command.IsrMember::nodeId).sorted().toList();
                change(change.topicId(), now.withLeader(now.leader(), isr, List.of()));
            }
            outcomes.add(
                    new CommandResult.PartitionOutcome(
                            change.topicId(),
                            change.index(),
                            error.number(),
                            error.name(),
                            Optional.of(partition(change.topicId(), change.index()))));
        }
        return new CommandResult.PartitionsAltered(outcomes, image.version());
    }

    private ErrorCode refusal(
            Command.AlterIsr alter, Command.IsrChange change, PartitionImage now) {
        if (now.leader() != alter.nodeId() || now.leaderEpoch() != change.leaderEpoch()) {
            return ErrorCode.FENCED_LEADER_EPOCH;
        }
        if (now.partitionEpoch() != change.partitionEpoch()) {
            return ErrorCode.INVALID_UPDATE_VERSION;
        }
        boolean eligible =
                change.isr().stream()
                        .allMatch(
                                member ->
                                        image.node(member.nodeId())
                                                .filter(NodeImage::live)
                                                .filter(n -> n.epoch() == member.nodeEpoch())
                                                .isPresent());
        return eligible ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
    }

    private CommandResult drain(Command.DrainNode drain) {
        apply(new Delta.NodeDraining(drain.nodeId(), drain.nodeEpoch(), drain.draining()));
        leaveAll(drain.nodeId());
        int leading =
                (int) partitions().filter(led -> led.partition.leader() == drain.nodeId()).count();
        return new CommandResult.Drained(leading, image.version());
    }

    private record Placed(Uuid topicId, PartitionImage partition) {}

    private Stream<Placed> partitions() {
        return image.topics().values().stream()
                .flatMap(topic -> topic.partitions().stream().map(p -> new Placed(topic.id(), p)))
                .toList()
                .stream();
    }

    private void leaveAll(int node) {
        partitions().forEach(placed -> leave(placed.topicId, placed.partition.index(), node));
    }

    /** The node leaves the ISR where another one stays, and hands over what it leads. */
    private void leave(Uuid topicId, int index, int node) {
        PartitionImage now = partition(topicId, index);
        List<Integer> others =
                now.isr().stream().filter(id -> id != node && live(id)).sorted().toList();
        if (now.isr().contains(node) && !others.isEmpty()) {
            int leader = now.leader() == node ? others.getFirst() : now.leader();
            change(topicId, now.withLeader(leader, others, List.of()));
        }
    }

    /** The only replica counts as lost. */
    private void forget(Uuid topicId, PartitionImage now) {
        change(topicId, now.withLeader(PartitionImage.NO_LEADER, List.of(), List.of()));
    }

    private void recall(Uuid topicId, int index, int node) {
        PartitionImage now = partition(topicId, index);
        if (now.isr().isEmpty() && now.replicas().equals(List.of(node))) {
            change(topicId, now.withLeader(node, List.of(node), List.of()));
        }
    }

    private boolean live(int node) {
        return image.node(node).filter(NodeImage::live).isPresent();
    }

    private PartitionImage partition(Uuid topicId, int index) {
        return image.partition(topicId, index).orElseThrow();
    }

    private void change(Uuid topicId, PartitionImage changed) {
        apply(new Delta.PartitionChanged(topicId, changed));
    }

    /** A node is not heard of any more. */
    synchronized void lose(int node) {
        silent.add(node);
        apply(new Delta.NodeFenced(node, image.node(node).orElseThrow().epoch()));
        leaveAll(node);
    }

    /** A node may be heard of again. */
    synchronized void hear(int node) {
        silent.remove(node);
    }

    /** Has a replica lead, in sync or not. */
    synchronized void elect(String topic, int leader, Integer... isr) {
        TopicImage known = image.topic(topic).orElseThrow();
        change(known.id(), partition(known.id(), 0).withLeader(leader, List.of(isr), List.of()));
    }

    /** Assigns other replicas, all at once. */
    synchronized void assign(String topic, Integer... replicas) {
        TopicImage known = image.topic(topic).orElseThrow();
        PartitionImage now = partition(known.id(), 0);
        List<Integer> to = List.of(replicas);
        change(
                known.id(),
                new PartitionImage(
                        0,
                        now.leader(),
                        now.leaderEpoch(),
                        now.partitionEpoch() + 1,
                        to,
                        now.isr().stream().filter(to::contains).toList()));
    }

    /** The first partition of a topic, as it is now. */
    synchronized PartitionImage partition(String topic) {
        return image.topic(topic).orElseThrow().partition(0).orElseThrow();
    }

    /** Who leads a partition. */
    synchronized int leader(String topic, int index) {
        return partition(image.topic(topic).orElseThrow().id(), index).leader();
    }

    /** What nodes have told to be lost, so far. */
    synchronized List<Command.PartitionId> losses() {
        return List.copyOf(losses);
    }

    private CommandResult register(Command.RegisterNode register) {
        boolean lostDirectories =
                image.node(register.nodeId())
                        .filter(before -> !register.logDirs().containsAll(before.logDirs()))
                        .isPresent();
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
        if (lostDirectories) {
            partitions()
                    .filter(p -> p.partition.replicas().equals(List.of(register.nodeId())))
                    .forEach(p -> forget(p.topicId, p.partition));
        }
        return new CommandResult.NodeRegistered(CLUSTER_ID, epoch, image.version());
    }

    private CommandResult create(Command.CreateTopic create) {
        if (refusal != ErrorCode.NONE) {
            return rejected(refusal);
        }
        if (image.topics().containsKey(create.name())) {
            return rejected(ErrorCode.TOPIC_ALREADY_EXISTS);
        }
        TopicImage topic =
                new TopicImage(
                        Uuid.randomUuid(),
                        create.name(),
                        partitions(0, Math.max(1, create.partitions()), create.replicationFactor()),
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
                                                        grow.totalCount(),
                                                        1))))
                .orElse(rejected(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    private List<PartitionImage> partitions(int from, int to, int replicationFactor) {
        List<Integer> nodes = List.copyOf(image.nodes().keySet());
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = from; i < to; i++) {
            List<Integer> replicas = new ArrayList<>();
            for (int r = 0; r < Math.max(1, replicationFactor); r++) {
                replicas.add(nodes.get((i + r) % nodes.size()));
            }
            partitions.add(new PartitionImage(i, replicas.getFirst(), 0, 0, replicas, replicas));
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
        if (silent.contains(heartbeat.nodeId())) {
            return CompletableFuture.failedFuture(new IOException("the coordinator is away"));
        }
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
