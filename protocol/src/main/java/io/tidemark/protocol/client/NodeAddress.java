package io.tidemark.protocol.client;

/** Where a node listens. */
public record NodeAddress(String host, int port) {}
