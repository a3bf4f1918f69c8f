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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** A cluster of one node whose topics a test makes and deletes. */
final class ManyTopicsControlPlane implements ControlPlane {

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, TopicImage> topics = new HashMap<>();
    private final NodeImage node;
    private long version = 1;

    ManyTopicsControlPlane(int port) {
        node =
                new NodeImage(
                        1,
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
                        .mapToObj(i -> new PartitionImage(i, 1, 0, 0, List.of(1), List.of(1)))
                        .toList();
        TopicImage topic = new TopicImage(id, name, all, Map.of(), 1);
        topics.put(name, topic);
        tell(
                before == null
                        ? new Delta.TopicCreated(topic)
                        : new Delta.PartitionsAdded(
                                id, all.subList(before.partitions().size(), partitions)));
        return id;
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
                "cluster-1",
                version,
                new TreeMap<>(Map.of(1, node)),
                Map.copyOf(topics),
                names,
                0,
                Map.of());
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
