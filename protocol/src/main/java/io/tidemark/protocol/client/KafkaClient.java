package io.tidemark.protocol.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
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
     * @param lane requests with the same lane share a connection, in order; it belongs to the event
     *     loop that sends first, where one does
     * @param timeout from now until the response; the stage then fails with a {@link
     *     java.util.concurrent.TimeoutException}
     * @return completes on the connection's event loop; the receiver closes the response. Fails
     *     with {@link NotSentException} where the connection cannot be made, has too much waiting
     *     ({@link ClientBusyException}) or the node does not know the API ({@link
     *     UnsupportedApiException}), with another {@link java.io.IOException} where the connection
     *     breaks (whether the request was carried out is then unknown), and with Kafka's
     *     UnsupportedVersionException where the request says what the agreed version cannot
     */
    public <S extends ApiMessage> CompletionStage<Response<S>> send(
            NodeAddress node, String lane, ApiMessage request, Duration timeout) {
        return connections
                .computeIfAbsent(
                        new Lane(node, lane), key -> new NodeConnection(node, ownLoop(), config))
                .send(request, timeout);
    }

    /** The loop that calls, where it is one of these: then no thread is changed to send. */
    private EventLoop ownLoop() {
        for (EventExecutor each : loops) {
            if (each.inEventLoop()) {
                return (EventLoop) each;
            }
        }
        return loops.next();
    }

    /**
     * Closes the connections to a node, where something else has shown that it does not answer:
     * calls in flight fail now. The next call connects anew.
     */
    public void disconnect(NodeAddress node, String reason) {
        connections.forEach(
                (lane, connection) -> {
                    if (lane.node.equals(node)) {
                        connection.disconnect(reason);
                    }
                });
    }

    /**
     * Closes a lane's connection to a node, and forgets it; calls in flight fail. The caller sees
     * to it that nobody sends on this lane any more, or may lose that.
     */
    public void closeLane(NodeAddress node, String lane) {
        NodeConnection connection = connections.remove(new Lane(node, lane));
        if (connection != null) {
            connection.close();
        }
    }

    /** Closes all connections; calls in flight fail. Nothing may be sent afterwards. */
    @Override
    public void close() {
        connections.values().forEach(NodeConnection::close);
    }
}
