package io.tidemark.partition.shell;

import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.server.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A node's listeners, each of which tells its clients addresses of its own kind. The first one is
 * that of the other nodes. Each has {@code max-bytes-in-flight} and {@code max-connections} for
 * itself.
 */
final class NodeListeners {
    private NodeListeners() {}

    /**
     * Where to listen.
     *
     * @param port the first listener's, where 0 was asked already a free one
     */
    static List<ServerConfig> bound(PartitionServiceProperties properties, int port) {
        List<ServerConfig> listeners = new ArrayList<>();
        listeners.add(config(properties, properties.listenerName(), properties.host(), port));
        for (PartitionServiceProperties.MoreListener more : properties.moreListeners()) {
            String host = Objects.requireNonNullElse(more.host(), properties.host());
            listeners.add(config(properties, more.name(), host, more.port()));
        }
        return List.copyOf(listeners);
    }

    /** What clients are told, in the same order. */
    static List<NodeImage.Listener> advertised(PartitionServiceProperties properties, int port) {
        List<NodeImage.Listener> listeners = new ArrayList<>();
        listeners.add(
                new NodeImage.Listener(
                        properties.listenerName(),
                        properties.hostForClients(),
                        properties.advertisedPort() == 0 ? port : properties.advertisedPort()));
        for (PartitionServiceProperties.MoreListener more : properties.moreListeners()) {
            listeners.add(
                    new NodeImage.Listener(
                            more.name(), more.advertisedHost(), more.portForClients()));
        }
        return List.copyOf(listeners);
    }

    /** As Kafka's {@code listeners}. */
    static String text(List<ServerConfig> listeners) {
        return listeners.stream()
                .map(each -> "%s://%s:%d".formatted(each.listener(), each.host(), each.port()))
                .collect(Collectors.joining(","));
    }

    /** As Kafka's {@code advertised.listeners}. */
    static String textOfAdvertised(List<NodeImage.Listener> listeners) {
        return listeners.stream()
                .map(each -> "%s://%s:%d".formatted(each.name(), each.host(), each.port()))
                .collect(Collectors.joining(","));
    }

    private static ServerConfig config(
            PartitionServiceProperties properties, String name, String host, int port) {
        return new ServerConfig(
                name,
                host,
                port,
                (int) properties.maxFrame().toBytes(),
                properties.maxBytesInFlight().toBytes(),
                properties.maxRequestsPerConnection(),
                properties.maxConnections(),
                properties.maxConnectionsPerIp(),
                properties.idleTimeout(),
                properties.closeGrace(),
                properties.frameTimeout());
    }
}
