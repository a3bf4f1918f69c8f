package io.tidemark.gateway;

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
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * A cluster whose topics a test makes and deletes, and whose leaders it decides. Node 1 leads at
 * first; all nodes have all partitions.
 */
final class ChangingControlPlane implements ControlPlane {

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, TopicImage> topics = new HashMap<>();
    private final SortedMap<Integer, NodeImage> nodes = new TreeMap<>();
    private long version = 1;

    /**
     * @param ports of nodes 1 and up
     */
    ChangingControlPlane(int... ports) {
        for (int id = 1; id <= ports.length; id++) {
            nodes.put(id, node(id, ports[id - 1]));
        }
    }

    private static NodeImage node(int id, int port) {
        return new NodeImage(
                id,
                1,
                Uuid.randomUuid(),
                List.of(new NodeImage.Listener("PLAINTEXT", "127.0.0.1", port)),
                Optional.empty(),
                List.of(),
                false,
                false);
    }

    /** Makes a topic, or gives it more partitions. */
    synchronized Uuid make(String name, int partitions) {
        TopicImage before = topics.get(name);
        Uuid id = before == null ? Uuid.randomUuid() : before.id();
        List<PartitionImage> all =
                IntStream.range(0, partitions)
                        .mapToObj(i -> new PartitionImage(i, 1, 0, 0, replicas(), replicas()))
                        .toList();
        long created = before == null ? version + 1 : before.createdVersion();
        TopicImage topic = new TopicImage(id, name, all, Map.of(), created);
        topics.put(name, topic);
        tell(
                before == null
                        ? new Delta.TopicCreated(topic)
                        : new Delta.PartitionsAdded(
                                id, all.subList(before.partitions().size(), partitions)));
        return id;
    }

    private List<Integer> replicas() {
        return List.copyOf(nodes.keySet());
    }

    /** Lets another node lead a partition, or {@link PartitionImage#NO_LEADER}. */
    synchronized void lead(String name, int partition, int node) {
        TopicImage topic = Objects.requireNonNull(topics.get(name));
        List<PartitionImage> all = new ArrayList<>(topic.partitions());
        PartitionImage changed = all.get(partition).withLeader(node, replicas(), List.of());
        all.set(partition, changed);
        topics.put(name, new TopicImage(topic.id(), name, all, Map.of(), topic.createdVersion()));
        tell(new Delta.PartitionChanged(topic.id(), changed));
    }

    synchronized void delete(String name) {
        TopicImage gone = topics.remove(name);
        if (gone != null) {
            tell(new Delta.TopicDeleted(gone.id(), name));
        }
    }

    private ClusterImage image() {
        Map<Uuid, String> names = new HashMap<>();
        topics.values().forEach(topic -> names.put(topic.id(), topic.name()));
        return new ClusterImage(
                "cluster-1", version, new TreeMap<>(nodes), Map.copyOf(topics), names, 0, Map.of());
    }

    private void tell(Delta delta) {
        version++;
        ClusterImage image = image();
        listeners.forEach(each -> each.onImage(image, List.of(delta)));
    }

    @Override
    public synchronized Subscription subscribe(MetadataListener listener) {
        listeners.add(listener);
        listener.onImage(image(), List.of());
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        return CompletableFuture.completedFuture(
                new CommandResult.Rejected(ErrorCode.INVALID_REQUEST.number(), "not here"));
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        return CompletableFuture.completedFuture(new QuorumStatus("1", 1, 1, List.of()));
    }

    @Override
    public void close() {}
}
