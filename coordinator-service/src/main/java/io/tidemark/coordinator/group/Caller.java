package io.tidemark.coordinator.group;

/**
 * Who sends a request.
 *
 * @param clientId the client's own name; empty where it gave none
 * @param clientHost its address, as Kafka shows it: {@code /10.0.0.7}
 * @param apiVersion of the request
 */
public record Caller(String clientId, String clientHost, short apiVersion) {}
