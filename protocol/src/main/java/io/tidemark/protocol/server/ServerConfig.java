package io.tidemark.protocol.server;

import java.time.Duration;

/**
 * Limits of a listener.
 *
 * @param listener the listener's name
 * @param host the address to bind
 * @param port 0 picks a free one
 * @param maxFrameBytes longest request taken
 * @param maxBytesInFlight request bytes held over all connections before reading pauses
 * @param maxRequestsPerConnection requests of one connection held before its reading pauses
 * @param maxConnections beyond it new connections are closed at once
 * @param idleTimeout connections without a request for this long are closed
 */
public record ServerConfig(
        String listener,
        String host,
        int port,
        int maxFrameBytes,
        long maxBytesInFlight,
        int maxRequestsPerConnection,
        int maxConnections,
        Duration idleTimeout) {}
