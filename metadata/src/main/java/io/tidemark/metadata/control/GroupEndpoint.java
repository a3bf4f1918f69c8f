package io.tidemark.metadata.control;

/**
 * Where the leading coordinator answers requests about groups, over the Kafka protocol.
 *
 * @param host as it advertises it
 */
public record GroupEndpoint(String host, int port) {}
