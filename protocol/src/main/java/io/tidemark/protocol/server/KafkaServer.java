package io.tidemark.protocol.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Ticker;
import io.tidemark.protocol.transport.ByteBudget;
import io.tidemark.protocol.transport.ClientAddress;
import io.tidemark.protocol.transport.ConnectionShares;
import io.tidemark.protocol.transport.ConnectionShares.Refusal;
import io.tidemark.protocol.transport.EventLoops;
import io.tidemark.protocol.transport.FrameDecoder;
import io.tidemark.protocol.transport.OpenFiles;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener for the Kafka protocol. */
public final class KafkaServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaServer.class);

    private static final int BACKLOG = 1024;

    /** Requests take no more than this part of the heap's size. */
    private static final int HEAP_PART = 3;

    /** Response bytes that wait for a slow reader before its requests wait too. */
    private static final WriteBufferWaterMark WRITE_WATER_MARK =
            new WriteBufferWaterMark(256 << 10, 1 << 20);

    /**
     * Connections of a listener take no more than this part of what the process may open: each may
     * need another one to the coordinator.
     */
    private static final int FILES_PART = 3;

    private final Listener listener;
    private final Channel channel;
    private final Set<ServerConnection> connections;

    private KafkaServer(Listener listener, Channel channel, Set<ServerConnection> connections) {
        this.listener = listener;
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Binds and starts to accept.
     *
     * @throws BindException where the port is taken
     */
    public static KafkaServer start(
            ServerConfig config, EventLoopGroup loops, List<ApiHandler<?, ?>> handlers)
            throws BindException {
        return start(config, loops, handlers, () -> Features.NONE, ServerObserver.NONE);
    }

    /**
     * As above.
     *
     * @param loops shared; not shut down by {@link #close}
     * @param handlers one per API; ApiVersions is served without
     * @param features asked for each ApiVersions request, on event loops
     */
    public static KafkaServer start(
            ServerConfig config,
            EventLoopGroup loops,
            List<ApiHandler<?, ?>> handlers,
            Supplier<Features> features,
            ServerObserver observer)
            throws BindException {
        Listener listener = listener(config, handlers, features, observer);
        Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
        AtomicLong ids = new AtomicLong();
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(EventLoops.serverChannel(loops))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel accepted) {
                                        accept(
                                                ids.incrementAndGet(),
                                                listener,
                                                connections,
                                                accepted);
                                    }
                                })
                        .bind(config.host(), config.port())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bindException(config, bound.cause());
        }
        return new KafkaServer(listener, bound.channel(), connections);
    }

    private static Listener listener(
            ServerConfig config,
            List<ApiHandler<?, ?>> handlers,
            Supplier<Features> features,
            ServerObserver observer) {
        MessageCollections.requireOwn();
        ApiVersionsHandler apiVersions = new ApiVersionsHandler(features);
        List<ApiHandler<?, ?>> all = new ArrayList<>(handlers);
        all.add(apiVersions);
        ApiTable apis = new ApiTable(all);
        apiVersions.advertise(apis);
        ByteBudget budget = new ByteBudget(budgetBytes(config));
        OpenFiles files = OpenFiles.ofThisProcess();
        return new Listener(
                config,
                new ConnectionShares(
                        connections(config, files), config.maxConnectionsPerAddress(), files),
                new RefusalLog(config.listener()),
                budget,
                new RequestDecoder(apis),
                apiVersions,
                observer);
    }

    /** As many as asked, but for the descriptors that logs, health and other nodes need. */
    static int connections(ServerConfig config, OpenFiles files) {
        long open = files.open();
        long room = Math.min(files.limit() / FILES_PART, files.limit() - files.reserve() - open);
        if (config.maxConnections() <= room) {
            return config.maxConnections();
        }
        int lowered = (int) Math.max(1, room);
        log.info(
                "{}: at most {} connections instead of {}: the process may open {} files, of which"
                        + " {} are open and {} kept back; ulimit -n raises that",
                config.listener(),
                lowered,
                config.maxConnections(),
                files.limit(),
                open,
                files.reserve());
        return lowered;
    }

    /**
     * Frames lie beside the heap, where there is as much room as in it, and are decoded into it.
     */
    private static long budgetBytes(ServerConfig config) {
        long room = Runtime.getRuntime().maxMemory() / HEAP_PART;
        if (config.maxBytesInFlight() > room) {
            log.info(
                    "{}: {} bytes of requests are held at a time, a third of the heap,"
                            + " instead of {}",
                    config.listener(),
                    room,
                    config.maxBytesInFlight());
        }
        return Math.min(config.maxBytesInFlight(), room);
    }

    private static BindException bindException(ServerConfig config, Throwable cause) {
        BindException exception =
                new BindException(
                        "cannot listen on %s:%d: %s"
                                .formatted(config.host(), config.port(), cause.getMessage()));
        exception.initCause(cause);
        return exception;
    }

    /** On the accepted connection's loop. */
    private static void accept(
            long id, Listener listener, Set<ServerConnection> connections, SocketChannel accepted) {
        ServerObserver observer = listener.observer();
        ClientAddress address = ClientAddress.of(accepted.remoteAddress());
        ConnectionShares shares = listener.shares();
        @Nullable Refusal refusal = shares.open(address);
        if (refusal != null) {
            listener.refusals().refused(address, refusal, shares.open());
            observer.connectionRefused(listener.name(), refusal);
            accepted.close();
            return;
        }
        ByteBudget.Account account = listener.budget().open(accepted.remoteAddress());
        FrameDecoder frames =
                new FrameDecoder(
                        listener.config().maxFrameBytes(),
                        new FrameDecoder.Limits(
                                listener.budget(),
                                account,
                                listener.config().frameTimeout(),
                                () ->
                                        observer.readThrottled(
                                                ServerObserver.Throttle.BYTES_IN_FLIGHT),
                                accepted.eventLoop().ticker()::nanoTime));
        ServerConnection connection = new ServerConnection(id, listener, accepted, frames, account);
        connections.add(connection);
        observer.connectionOpened(listener.name());
        connection.onClose(
                () -> {
                    connections.remove(connection);
                    shares.close(address);
                    observer.connectionClosed(listener.name());
                });
        accepted.pipeline().addLast(frames, connection);
    }

    /** Where it listens, with the real port where 0 was asked. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Connections open now. */
    public int connectionCount() {
        return connections.size();
    }

    /** Request bytes held now, over all connections. */
    public long bytesInFlight() {
        return listener.budget().usedBytes();
    }

    /**
     * Stops accepting, lets requests in flight finish for at most the configured grace, closes
     * connections. Not on an event loop.
     */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        List<ServerConnection> remaining = List.copyOf(connections);
        for (ServerConnection connection : remaining) {
            connection.eventLoop().execute(connection::stop);
        }
        Ticker ticker = channel.eventLoop().ticker();
        long deadlineNanos = ticker.nanoTime() + listener.config().closeGrace().toNanos();
        for (ServerConnection connection : remaining) {
            connection.awaitClosed(deadlineNanos - ticker.nanoTime());
        }
    }
}
