package io.tidemark.benchmark;

import java.io.IOException;

/** A running broker under test, one node, in a process of its own. */
interface Broker extends AutoCloseable {

    String name();

    /** {@code host:port} for Kafka clients. */
    String bootstrap();

    ChildJvm process();

    /**
     * The topic configuration that makes every acknowledged record durable, or none, on this
     * broker.
     */
    java.util.Map<String, String> topicConfig(boolean fsync);

    @Override
    void close() throws IOException;
}
