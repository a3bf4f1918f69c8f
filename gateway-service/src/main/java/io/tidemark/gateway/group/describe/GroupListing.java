package io.tidemark.gateway.group.describe;

/**
 * A group in a list.
 *
 * @param state as Kafka names it
 * @param type {@code classic} or {@code consumer}; empty where the coordinator does not say
 */
public record GroupListing(String group, String protocolType, String state, String type) {}
