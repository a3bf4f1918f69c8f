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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/** A cluster of two nodes and one topic, whose leaders a test decides. Node 1 leads at first. */
final class ChangingControlPlane implements ControlPlane {

    static final String TOPIC = "orders";

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private final Uuid topicId = Uuid.randomUuid();
    private ClusterImage image;

    ChangingControlPlane(int firstPort, int secondPort, int partitions) {
        List<PartitionImage> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new PartitionImage(i, 1, 0, 0, List.of(1, 2), List.of(1, 2)));
        }
        this.image =
                new ClusterImage(
                        "cluster-1",
                        1,
                        new TreeMap<>(Map.of(1, node(1, firstPort), 2, node(2, secondPort))),
                        Map.of(TOPIC, new TopicImage(topicId, TOPIC, all, Map.of(), 1)),
                        Map.of(topicId, TOPIC),
                        0,
                        Map.of());
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

    /** Lets another node lead a partition, or {@link PartitionImage#NO_LEADER}. */
    synchronized void lead(int partition, int node) {
        TopicImage topic = image.topic(TOPIC).orElseThrow();
        List<PartitionImage> all = new ArrayList<>(topic.partitions());
        PartitionImage changed = all.get(partition).withLeader(node, List.of(1, 2), List.of());
        all.set(partition, changed);
        image =
                new ClusterImage(
                        image.clusterId(),
                        image.version() + 1,
                        image.nodes(),
                        Map.of(TOPIC, new TopicImage(topicId, TOPIC, all, Map.of(), 1)),
                        image.topicNames(),
                        0,
                        Map.of());
        tell(List.of(new Delta.PartitionChanged(topicId, changed)));
    }

    private void tell(List<Delta> deltas) {
        listeners.forEach(each -> each.onImage(image, deltas));
    }

    @Override
    public synchronized Subscription subscribe(MetadataListener listener) {
        listeners.add(listener);
        listener.onImage(image, List.of());
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
