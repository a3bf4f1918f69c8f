package io.tidemark.gateway.shared.instance;

/**
 * A partition by the name of its topic.
 *
 * @param partition at least 0
 */
public record TopicPartition(String topic, int partition) {}
