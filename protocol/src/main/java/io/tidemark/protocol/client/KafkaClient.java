package io.tidemark.protocol.client;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A pipelined, non-blocking client. One connection per (node, lane), made on demand, versions
 * agreed by ApiVersions. Requests of one lane are answered in order, so long polls get a lane of
 * their own.
 *
 * <p>Records in a request ({@link io.tidemark.protocol.record.BufferBytes}) go to the socket as
 * they lie, without a copy. They belong to the client from {@link #send} on, which frees them when
 * they are written or the call fails; a caller that needs them longer retains their buffer before.
 *
 * <p>Any thread may use it.
 */
public final class KafkaClient implements AutoCloseable {
    private final EventLoopGroup loops;
    private final ClientConfig config;
    private final ConcurrentMap<Lane, NodeConnection> connections = new ConcurrentHashMap<>();

    private record Lane(NodeAddress node, String name) {}

    /**
     * @param loops shared; not shut down by {@link #close}
     */
    public KafkaClient(EventLoopGroup loops, ClientConfig config) {
        this.loops = loops;
        this.config = config;
    }

    /**
     * Sends {@code request} at the highest version both sides know: fill in what old and new
     * versions need (a topic's name and its id).
     *
     * @param lane requests with the same lane share a connection, in order
     * @param timeout from now until the response; the stage then fails with a {@link
     *     java.util.concurrent.TimeoutException}
     * @return completes on the connection's event loop; the receiver closes the response. Fails
     *     with {@link java.io.IOException} where the connection cannot be made or breaks (whether
     *     the request was carried out is then unknown), with its subclasses {@link
     *     ClientBusyException} and {@link UnsupportedApiException} where nothing was sent, and with
     *     Kafka's UnsupportedVersionException where the request says what the agreed version cannot
     */
    public <S extends ApiMessage> CompletionStage<Response<S>> send(
            NodeAddress node, String lane, ApiMessage request, Duration timeout) {
        return connections
                .computeIfAbsent(
                        new Lane(node, lane), key -> new NodeConnection(node, loops.next(), config))
                .send(request, timeout);
    }

    /** Closes all connections; calls in flight fail. Nothing may be sent afterwards. */
    @Override
    public void close() {
        connections.values().forEach(NodeConnection::close);
    }
}
