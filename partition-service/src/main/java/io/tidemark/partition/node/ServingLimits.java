package io.tidemark.partition.node;

/**
 * What a node grants its clients.
 *
 * @param maxFetchBytes no fetch gets more, but for a first batch that is larger
 * @param fetchSessionSlots incremental fetch sessions kept at a time
 * @param autoCreateTopics whether a Metadata request may create the topics it names
 */
public record ServingLimits(int maxFetchBytes, int fetchSessionSlots, boolean autoCreateTopics) {}
