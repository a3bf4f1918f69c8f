package io.tidemark.protocol.server;

import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;

/** A listener for the Kafka protocol. */
public final class KafkaServer implements AutoCloseable {

    /**
     * Binds and starts to accept.
     *
     * @throws java.net.BindException where the port is taken
     */
    public static KafkaServer start(
            ServerConfig config, EventLoopGroup loops, List<ApiHandler<?, ?>> handlers)
            throws java.net.BindException {
        throw new UnsupportedOperationException("protocol helper fills this in");
    }

    /** Where it listens, with the real port where 0 was asked. */
    public InetSocketAddress address() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops accepting, lets requests in flight finish for at most the configured grace, closes
     * connections.
     */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
