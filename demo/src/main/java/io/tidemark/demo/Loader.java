package io.tidemark.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * Loads the flights of some airports, one request after the other, so that each airport's flights
 * keep their order. Several loaders share the airports among them. One thread each.
 */
final class Loader implements Runnable {

    private final BrokerApi api;
    private final String topic;
    private final List<Flight> flights;
    private final int batchSize;
    private final Ledger ledger;

    Loader(BrokerApi api, String topic, List<Flight> flights, int batchSize, Ledger ledger) {
        this.api = api;
        this.topic = topic;
        this.flights = flights;
        this.batchSize = batchSize;
        this.ledger = ledger;
    }

    /** Deals the flights out by their airport of origin. */
    static List<List<Flight>> shares(List<Flight> flights, int loaders) {
        List<List<Flight>> shares = new ArrayList<>();
        for (int loader = 0; loader < loaders; loader++) {
            shares.add(new ArrayList<>());
        }
        for (Flight flight : flights) {
            shares.get(Math.floorMod(flight.origin().hashCode(), loaders)).add(flight);
        }
        return shares;
    }

    @Override
    public void run() {
        try {
            for (int from = 0; from < flights.size(); from += batchSize) {
                load(flights.subList(from, Math.min(from + batchSize, flights.size())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(List<Flight> batch) throws InterruptedException {
        StringJoiner records = new StringJoiner(",", "{\"records\":[", "]}");
        for (Flight flight : batch) {
            records.add("{\"key\":\"" + flight.origin() + "\",\"value\":" + flight.json() + "}");
        }
        JsonNode offsets = api.produce(topic, records.toString());
        if (offsets.size() != batch.size()) {
            throw new DemoFailure(
                    "%d records were sent, %d answered".formatted(batch.size(), offsets.size()));
        }
        for (int i = 0; i < batch.size(); i++) {
            JsonNode result = offsets.get(i);
            if (!result.path("error_code").isNull() && !result.path("error_code").isMissingNode()) {
                throw new DemoFailure("a record was refused: " + result);
            }
            ledger.acknowledged(
                    result.path("partition").asInt(),
                    result.path("offset").asLong(),
                    batch.get(i).number());
        }
    }
}
