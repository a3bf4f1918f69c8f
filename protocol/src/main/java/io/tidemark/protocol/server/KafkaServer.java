package io.tidemark.protocol.server;

import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

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
        return start(config, loops, handlers, () -> Features.NONE, ServerObserver.NONE);
    }

    /**
     * As above.
     *
     * @param loops shared; not shut down by {@link #close}
     * @param features asked for each ApiVersions request, on event loops
     */
    public static KafkaServer start(
            ServerConfig config,
            EventLoopGroup loops,
            List<ApiHandler<?, ?>> handlers,
            Supplier<Features> features,
            ServerObserver observer)
            throws java.net.BindException {
        throw new UnsupportedOperationException();
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
