package io.tidemark.partition.telemetry;

import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** How many requests there were, by API. Any thread. */
public interface ApiCounts {

    /**
     * One API's requests since the start.
     *
     * @param api Kafka's name of it, such as {@code Produce}
     * @param count of requests
     * @param totalMs their time together
     */
    record Counted(String api, LongSupplier count, DoubleSupplier totalMs) {}

    /** Connections that are open now; 0 where nobody counts them. */
    default int connections() {
        return 0;
    }

    /** Hands out each API that was asked for so far. */
    void forEach(Consumer<Counted> action);
}
