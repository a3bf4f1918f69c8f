package io.tidemark.protocol.client;

import java.time.Duration;

/**
 * Limits of a client.
 *
 * @param clientId the name it gives in every request
 * @param connectTimeout for making a connection, versions included
 * @param maxFrameBytes longest response taken
 * @param maxInFlightRequests per connection, waiting ones included; more are refused
 * @param maxQueuedBytes per connection, not yet taken by the socket; more are refused
 */
public record ClientConfig(
        String clientId,
        Duration connectTimeout,
        int maxFrameBytes,
        int maxInFlightRequests,
        long maxQueuedBytes) {

    /** With 1,000 requests and 64 MiB per connection. */
    public ClientConfig(String clientId, Duration connectTimeout, int maxFrameBytes) {
        this(clientId, connectTimeout, maxFrameBytes, 1_000, 64L << 20);
    }
}
