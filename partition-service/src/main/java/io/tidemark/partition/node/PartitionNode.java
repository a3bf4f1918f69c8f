package io.tidemark.partition.node;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.partition.group.GroupRelay;
import io.tidemark.partition.group.RelayHandlers;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.Features;
import io.tidemark.protocol.server.KafkaApis;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.server.ServerObserver;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition service. It listens once its partitions can be served, so that clients of a node that
 * recovers go elsewhere rather than wait. Started and closed by one thread.
 */
public final class PartitionNode implements AutoCloseable {
    private static final Features FEATURES =
            new Features(
                    0,
                    List.of(
                            new Features.Feature(
                                    "group.version", (short) 0, (short) 1, (short) 1)));

    private final PartitionRuntime runtime;
    private final Authorizer authorizer;
    private final ServingLimits limits;
    private final List<ServerConfig> listeners;
    private final ServerObserver observer;
    private final Optional<KafkaApis> groups;
    private @Nullable GroupRelay relay;
    private final List<KafkaServer> servers = new CopyOnWriteArrayList<>();

    /**
     * Opens and locks the log directories.
     *
     * @param listeners where to listen, at least one; {@code config} advertises, under their names,
     *     where they are reached
     * @param fatal told, once or more, that the process cannot go on, and why
     * @throws io.tidemark.partition.storage.UnusableFolderException where they cannot be used
     */
    public PartitionNode(
            NodeConfig config,
            List<ServerConfig> listeners,
            ServingLimits limits,
            Outside outside,
            Consumer<String> fatal) {
        this.listeners = List.copyOf(listeners);
        this.limits = limits;
        this.authorizer = outside.authorizer;
        this.observer = outside.observer;
        this.groups = outside.groups;
        this.runtime =
                new PartitionRuntime(
                        config,
                        outside.controlPlane,
                        outside.disks,
                        outside.clock,
                        outside.metrics,
                        fatal);
    }

    /**
     * What a node is given of the world outside it.
     *
     * @param groups APIs of groups of a coordinator in this process; empty where requests are
     *     passed on to the leading one
     */
    public record Outside(
            ControlPlane controlPlane,
            Authorizer authorizer,
            LogDirectory.Opener disks,
            Clock clock,
            PartitionMetrics metrics,
            ServerObserver observer,
            Optional<KafkaApis> groups) {}

    /**
     * Joins the cluster, recovers, and listens.
     *
     * @throws BindException where the port is taken
     */
    public void start() throws BindException {
        runtime.start();
        List<ApiHandler<?, ?>> handlers = Handlers.of(runtime, authorizer, limits, groupHandlers());
        for (ServerConfig listener : listeners) {
            servers.add(
                    KafkaServer.start(
                            listener, runtime.loops(), handlers, () -> FEATURES, observer));
        }
    }

    private List<ApiHandler<?, ?>> groupHandlers() {
        if (groups.isPresent()) {
            return groups.get().handlers();
        }
        GroupRelay passing =
                new GroupRelay(
                        runtime.nodeId(), runtime.loops(), runtime.controlPlane(), runtime.clock());
        relay = passing;
        runtime.metrics()
                .gauge(
                        "groups.connections",
                        "Connections of clients that ask about groups",
                        passing::size);
        return RelayHandlers.of(runtime.nodeId(), passing, () -> runtime.view().image());
    }

    /** Where its first listener listens. */
    public InetSocketAddress address() {
        if (servers.isEmpty()) {
            throw new IllegalStateException("not started");
        }
        return servers.getFirst().address();
    }

    /** Bytes of requests held now, and of what they were decoded to. Any thread. */
    public long bytesInFlight() {
        return servers.stream().mapToLong(KafkaServer::bytesInFlight).sum();
    }

    public PartitionRuntime runtime() {
        return runtime;
    }

    /** Hands over what it leads, stops listening, then closes every log. */
    @Override
    public void close() {
        if (!servers.isEmpty()) {
            runtime.drain();
            servers.forEach(KafkaServer::close);
        }
        if (relay != null) {
            relay.close();
        }
        runtime.close();
    }
}
