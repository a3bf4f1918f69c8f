package io.tidemark.partition.node;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.runtime.NodeConfig;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.server.Features;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.server.ServerObserver;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition service. It listens once its partitions can be served, so that clients of a node that
 * recovers go elsewhere rather than wait. Started and closed by one thread.
 */
public final class PartitionNode implements AutoCloseable {
    private final PartitionRuntime runtime;
    private final Authorizer authorizer;
    private final ServingLimits limits;
    private final ServerConfig listener;
    private final ServerObserver observer;
    private @Nullable KafkaServer server;

    /**
     * Opens and locks the log directories.
     *
     * @param listener where to listen; the port is what {@code config} advertises to be reached at
     * @param fatal told, once or more, that the process cannot go on, and why
     * @throws io.tidemark.partition.storage.UnusableFolderException where they cannot be used
     */
    public PartitionNode(
            NodeConfig config,
            ServerConfig listener,
            ServingLimits limits,
            Outside outside,
            Consumer<String> fatal) {
        this.listener = listener;
        this.limits = limits;
        this.authorizer = outside.authorizer;
        this.observer = outside.observer;
        this.runtime =
                new PartitionRuntime(
                        config,
                        outside.controlPlane,
                        outside.disks,
                        outside.clock,
                        outside.metrics,
                        fatal);
    }

    /** What a node is given of the world outside it. */
    public record Outside(
            ControlPlane controlPlane,
            Authorizer authorizer,
            LogDirectory.Opener disks,
            Clock clock,
            PartitionMetrics metrics,
            ServerObserver observer) {}

    /**
     * Joins the cluster, recovers, and listens.
     *
     * @throws BindException where the port is taken
     */
    public void start() throws BindException {
        runtime.start();
        server =
                KafkaServer.start(
                        listener,
                        runtime.loops(),
                        List.copyOf(Handlers.of(runtime, authorizer, limits)),
                        () -> Features.NONE,
                        observer);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.address();
    }

    public PartitionRuntime runtime() {
        return runtime;
    }

    /** Hands over what it leads, stops listening, then closes every log. */
    @Override
    public void close() {
        if (server != null) {
            runtime.drain();
            server.close();
        }
        runtime.close();
    }
}
