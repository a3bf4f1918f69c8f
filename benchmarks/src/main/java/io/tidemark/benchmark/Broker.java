package io.tidemark.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A running broker under test, in processes of its own. */
interface Broker extends AutoCloseable {

    String name();

    /** {@code host:port}, one or more, for Kafka clients. */
    String bootstrap();

    /** Everything that the broker consists of. */
    List<ChildJvm> processes();

    /** How many replicas the topics of the load have. */
    default int replicas() {
        return 1;
    }

    /** CPU seconds that all processes have used so far, user and system. */
    default double cpuSeconds() throws IOException {
        double seconds = 0;
        for (ChildJvm process : processes()) {
            seconds += process.cpuSeconds();
        }
        return seconds;
    }

    /** Resident memory of all processes in MiB. */
    default double residentMib() throws IOException {
        double mib = 0;
        for (ChildJvm process : processes()) {
            mib += process.residentMib();
        }
        return mib;
    }

    /**
     * The topic configuration that makes every acknowledged record durable, or none, on this
     * broker.
     */
    Map<String, String> topicConfig(boolean fsync);

    @Override
    void close() throws IOException;
}
