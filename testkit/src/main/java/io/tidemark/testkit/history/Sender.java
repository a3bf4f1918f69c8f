package io.tidemark.testkit.history;

/** What a writer may be held to. */
public enum Sender {
    /** Kafka's idempotent producer: once, in the order of sending. */
    IDEMPOTENT,
    /** Calls of HTTP, one after the other, never repeated: at most once, in order. */
    REST,
    /**
     * Kafka's producer without idempotence: at least once, for it repeats what may have arrived.
     */
    PLAIN
}
