package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.partition.serving.ReplicaTransport;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;

/**
 * Fetches over the Kafka protocol. Connections sit on the loop that owns the partitions, so that
 * what arrives is appended where it arrives.
 */
final class KafkaReplicaTransport implements ReplicaTransport, AutoCloseable {
    private static final String LANE = "replication";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** A response is about as large as asked for, but for one batch that may be larger. */
    private static final int MAX_FRAME_BYTES = 256 << 20;

    private final KafkaClient client;
    private final EventLoop eventLoop;
    private final Supplier<ClusterImage> cluster;
    private final String listener;

    /**
     * @param listener which of the nodes' listeners to use; a node without one is reached by its
     *     first
     */
    KafkaReplicaTransport(
            int nodeId, EventLoop eventLoop, Supplier<ClusterImage> cluster, String listener) {
        this.eventLoop = eventLoop;
        this.cluster = cluster;
        this.listener = listener;
        this.client =
                new KafkaClient(
                        eventLoop,
                        new ClientConfig(
                                "tidemark-replica-" + nodeId, CONNECT_TIMEOUT, MAX_FRAME_BYTES));
    }

    @Override
    public void fetch(int leader, FetchRequestData request, Duration timeout, Receiver receiver) {
        Optional<NodeImage.Listener> address =
                cluster.get()
                        .node(leader)
                        .flatMap(
                                node ->
                                        node.listener(listener)
                                                .or(() -> node.listeners().stream().findFirst()));
        if (address.isEmpty()) {
            eventLoop.execute(() -> receiver.failed(new IOException("its address is not known")));
            return;
        }
        CompletionStage<Response<FetchResponseData>> sent =
                client.send(
                        new NodeAddress(address.get().host(), address.get().port()),
                        LANE,
                        request,
                        timeout);
        sent.whenComplete(
                (response, failure) -> {
                    if (response == null) {
                        eventLoop.execute(() -> receiver.failed(failure));
                        return;
                    }
                    try (response) {
                        receiver.answered(response.message());
                    }
                });
    }

    @Override
    public void close() {
        client.close();
    }
}
