package io.tidemark.gateway.produce.batch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Deliveries that are complete, held back to be handed to each event loop at once: one wake-up for
 * all requests of a batch. One thread at a time.
 */
final class Completions {

    private Map<Executor, List<Delivery>> deliveries = new LinkedHashMap<>();

    void add(Delivery delivery) {
        deliveries
                .computeIfAbsent(delivery.executor(), executor -> new ArrayList<>())
                .add(delivery);
    }

    /** Hands over what has been added. */
    void flush() {
        if (deliveries.isEmpty()) {
            return;
        }
        Map<Executor, List<Delivery>> ready = deliveries;
        deliveries = new LinkedHashMap<>();
        ready.forEach((executor, list) -> executor.execute(() -> list.forEach(Delivery::announce)));
    }
}
