package io.tidemark.coordinator;

import io.netty.channel.EventLoopGroup;
import io.tidemark.metadata.control.GroupEndpoint;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.EnvelopeHandler;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.transport.EventLoops;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Listens for requests about groups, where the coordinator is a process of its own: plain ones, and
 * those that partition services pass on for their clients.
 */
final class GroupListener implements SmartLifecycle {
    private static final int MAX_FRAME_BYTES = 16 << 20;
    private static final long MAX_BYTES_IN_FLIGHT = 32L << 20;

    private final CoordinatorKafkaProperties properties;
    private final List<ApiHandler<?, ?>> handlers;
    private @Nullable EventLoopGroup loops;
    private volatile @Nullable KafkaServer server;

    GroupListener(CoordinatorKafkaProperties properties, List<ApiHandler<?, ?>> groups) {
        this.properties = properties;
        this.handlers = new ArrayList<>(groups);
        handlers.add(new EnvelopeHandler(groups));
    }

    /**
     * Where partition services reach it.
     *
     * @throws IllegalStateException before it has started
     */
    GroupEndpoint endpoint() {
        KafkaServer started = server;
        if (started == null) {
            throw new IllegalStateException("The listener for groups has not started");
        }
        return new GroupEndpoint(properties.hostForServices(), started.address().getPort());
    }

    @Override
    public void start() {
        EventLoopGroup started = EventLoops.create(1, "coordinator-kafka");
        loops = started;
        ServerConfig defaults = ServerConfig.of("INTERNAL", properties.host(), properties.port());
        try {
            server =
                    KafkaServer.start(
                            new ServerConfig(
                                    defaults.listener(),
                                    defaults.host(),
                                    defaults.port(),
                                    MAX_FRAME_BYTES,
                                    MAX_BYTES_IN_FLIGHT,
                                    defaults.maxRequestsPerConnection(),
                                    defaults.maxConnections(),
                                    // A node has one for each of its clients.
                                    defaults.maxConnections(),
                                    defaults.idleTimeout(),
                                    defaults.closeGrace(),
                                    defaults.frameTimeout()),
                            started,
                            handlers);
        } catch (BindException e) {
            stop();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        KafkaServer started = server;
        if (started != null) {
            started.close();
            server = null;
        }
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            loops = null;
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    /** After the coordinator, before its HTTP interface tells where it is. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1;
    }
}
