package io.tidemark.gateway;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;

/** A cluster of one node and one topic that never changes. */
final class FixedControlPlane implements ControlPlane {

    static final String CLUSTER = "cluster-1";
    static final String TOPIC = "orders";

    private final ClusterImage image;

    FixedControlPlane(int port, int partitions) {
        NodeImage node =
                new NodeImage(
                        1,
                        1,
                        Uuid.randomUuid(),
                        List.of(new NodeImage.Listener("PLAINTEXT", "127.0.0.1", port)),
                        Optional.empty(),
                        List.of(),
                        false,
                        false);
        List<PartitionImage> all =
                java.util.stream.IntStream.range(0, partitions)
                        .mapToObj(i -> new PartitionImage(i, 1, 0, 0, List.of(1), List.of(1)))
                        .toList();
        Uuid id = Uuid.randomUuid();
        this.image =
                new ClusterImage(
                        CLUSTER,
                        1,
                        new TreeMap<>(Map.of(1, node)),
                        Map.of(TOPIC, new TopicImage(id, TOPIC, all, Map.of(), 1)),
                        Map.of(id, TOPIC),
                        0,
                        Map.of());
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        return CompletableFuture.completedFuture(
                new CommandResult.Rejected(ErrorCode.INVALID_REQUEST.number(), "nothing changes"));
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        return CompletableFuture.completedFuture(
                new QuorumStatus(
                        "1",
                        4,
                        120,
                        List.of(
                                new QuorumStatus.Member("1", "c1", 9490, 120, 0),
                                new QuorumStatus.Member("2", "c2", 9490, 118, 30))));
    }

    @Override
    public CompletionStage<NodeReports> nodeReports() {
        NodeVitals vitals =
                new NodeVitals(
                        1_000_000,
                        List.of(new NodeVitals.SlowDirectory("/data", 1_900)),
                        1,
                        List.of(new NodeVitals.Place(TOPIC, 3)),
                        2);
        return CompletableFuture.completedFuture(
                new NodeReports(List.of(new NodeReports.Report(1, -7_000, 40, vitals))));
    }

    /** The second one does not answer. */
    @Override
    public CompletionStage<List<CoordinatorStatus>> coordinators() {
        return CompletableFuture.completedFuture(
                List.of(
                        new CoordinatorStatus(
                                "1",
                                true,
                                Optional.of("1"),
                                4,
                                CLUSTER,
                                1,
                                "0",
                                1,
                                1,
                                Optional.of(new CoordinatorStatus.Snapshot(100, 5_000, 2_048)),
                                List.of(
                                        new CoordinatorStatus.Reign("2", 3, 1_000),
                                        new CoordinatorStatus.Reign("1", 4, 2_000)))));
    }

    @Override
    public Subscription subscribe(MetadataListener listener) {
        listener.onImage(image, List.of());
        return () -> {};
    }

    @Override
    public void close() {}
}
