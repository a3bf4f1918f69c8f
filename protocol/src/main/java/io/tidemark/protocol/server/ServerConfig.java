package io.tidemark.protocol.server;

import java.time.Duration;

/**
 * Limits of a listener.
 *
 * @param listener the listener's name
 * @param host the address to bind
 * @param port 0 picks a free one
 * @param maxFrameBytes longest request taken
 * @param maxBytesInFlight request bytes held over all connections before reading pauses, and what
 *     requests are decoded to; never more than a third of the heap, half of it for one address, a
 *     quarter for one connection
 * @param maxRequestsPerConnection requests of one connection held (until their responses are
 *     written) before its reading pauses
 * @param maxConnections beyond it new connections are closed at once; fewer where the process may
 *     not open enough files
 * @param maxConnectionsPerAddress of one address, or one /64 network of IPv6; 0 for a quarter of
 *     all, three quarters from this machine itself
 * @param idleTimeout connections without a request for this long are closed
 * @param closeGrace how long {@link KafkaServer#close} waits for requests in flight
 * @param frameTimeout a request that has begun and is not here whole after this long ends its
 *     connection
 */
public record ServerConfig(
        String listener,
        String host,
        int port,
        int maxFrameBytes,
        long maxBytesInFlight,
        int maxRequestsPerConnection,
        int maxConnections,
        int maxConnectionsPerAddress,
        Duration idleTimeout,
        Duration closeGrace,
        Duration frameTimeout) {
    private static final Duration FRAME_TIMEOUT = Duration.ofSeconds(30);

    public ServerConfig {
        if (maxFrameBytes < 1 || maxBytesInFlight < 1) {
            throw new IllegalArgumentException("limits of bytes must be at least 1");
        }
        if (!frameTimeout.isPositive()) {
            throw new IllegalArgumentException("the time for a frame must be positive");
        }
        if (maxRequestsPerConnection < 1 || maxConnections < 1) {
            throw new IllegalArgumentException("limits of counts must be at least 1");
        }
        if (maxConnectionsPerAddress < 0) {
            throw new IllegalArgumentException("a share of connections must not be negative");
        }
    }

    /** With the shares of connections that are usual, and 30 s for a frame. */
    public ServerConfig(
            String listener,
            String host,
            int port,
            int maxFrameBytes,
            long maxBytesInFlight,
            int maxRequestsPerConnection,
            int maxConnections,
            Duration idleTimeout,
            Duration closeGrace) {
        this(
                listener,
                host,
                port,
                maxFrameBytes,
                maxBytesInFlight,
                maxRequestsPerConnection,
                maxConnections,
                0,
                idleTimeout,
                closeGrace,
                FRAME_TIMEOUT);
    }

    /**
     * With Kafka's defaults where it has them: frames up to 100 MiB, idle connections closed after
     * 10 minutes; 256 MiB in flight, 64 requests per connection, 20,000 connections.
     */
    public static ServerConfig of(String listener, String host, int port) {
        return new ServerConfig(
                listener,
                host,
                port,
                100 << 20,
                256L << 20,
                64,
                20_000,
                Duration.ofMinutes(10),
                Duration.ofSeconds(5));
    }
}
