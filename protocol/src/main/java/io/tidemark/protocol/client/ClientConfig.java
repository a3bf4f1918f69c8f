package io.tidemark.protocol.client;

import java.time.Duration;

/**
 * Limits of a client.
 *
 * @param clientId the name it gives in every request
 * @param connectTimeout for making a connection, versions included
 * @param maxFrameBytes longest response taken
 */
public record ClientConfig(String clientId, Duration connectTimeout, int maxFrameBytes) {}
