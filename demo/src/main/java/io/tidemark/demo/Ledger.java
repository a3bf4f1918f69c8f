package io.tidemark.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was acknowledged and what arrived, by partition and offset. The loaders write one side, the
 * follower the other; {@link #check} is called when both have ended.
 */
final class Ledger {

    private static final int NOTHING = -1;

    /** One partition's records: {@code flights[offset]} is the number of the flight. */
    private static final class Side {
        private int[] flights = new int[0];
        private int end;

        void put(int offset, int flight) {
            if (offset >= flights.length) {
                int oldLength = flights.length;
                flights = Arrays.copyOf(flights, Math.max(1024, (offset + 1) * 2));
                Arrays.fill(flights, oldLength, flights.length, NOTHING);
            }
            flights[offset] = flight;
            end = Math.max(end, offset + 1);
        }

        int get(int offset) {
            return offset < flights.length ? flights[offset] : NOTHING;
        }
    }

    /**
     * What was found in one partition.
     *
     * @param acknowledged records the broker said it has
     * @param received events that came over the stream
     * @param missing acknowledged but not received
     * @param repeated received more than once
     * @param outOfOrder events whose offset was not the one after the last
     * @param different received, but not what was acknowledged at that offset
     */
    record Finding(
            int partition,
            int acknowledged,
            int received,
            int missing,
            int repeated,
            int outOfOrder,
            int different) {

        boolean good() {
            return missing + repeated + outOfOrder + different == 0;
        }
    }

    private final List<Flight> flights;
    private final List<Side> acknowledged = new ArrayList<>();
    private final List<Side> received = new ArrayList<>();
    private final int[] events;
    private final int[] repeated;
    private final int[] outOfOrder;
    private final AtomicInteger acknowledgedCount = new AtomicInteger();
    private final AtomicInteger receivedCount = new AtomicInteger();

    Ledger(List<Flight> flights, int partitions) {
        this.flights = flights;
        for (int partition = 0; partition < partitions; partition++) {
            acknowledged.add(new Side());
            received.add(new Side());
        }
        events = new int[partitions];
        repeated = new int[partitions];
        outOfOrder = new int[partitions];
    }

    /** The broker has acknowledged a flight. Any loader's thread. */
    void acknowledged(int partition, long offset, int flight) {
        Side side = acknowledged.get(partition);
        synchronized (side) {
            side.put(Math.toIntExact(offset), flight);
        }
        acknowledgedCount.incrementAndGet();
    }

    /** An event has come. The follower's thread only. */
    void received(int partition, long offset, int flight) {
        Side side = received.get(partition);
        int place = Math.toIntExact(offset);
        events[partition]++;
        if (side.get(place) != NOTHING) {
            repeated[partition]++;
        } else if (place != side.end) {
            outOfOrder[partition]++;
        }
        side.put(place, flight);
        receivedCount.incrementAndGet();
    }

    int acknowledgedCount() {
        return acknowledgedCount.get();
    }

    int receivedCount() {
        return receivedCount.get();
    }

    /** Compares both sides, partition by partition. */
    List<Finding> check() {
        List<Finding> findings = new ArrayList<>();
        for (int partition = 0; partition < events.length; partition++) {
            findings.add(check(partition));
        }
        return findings;
    }

    private Finding check(int partition) {
        Side sent = acknowledged.get(partition);
        Side arrived = received.get(partition);
        int count = 0;
        int missing = 0;
        int different = 0;
        for (int offset = 0; offset < Math.max(sent.end, arrived.end); offset++) {
            int was = sent.get(offset);
            int is = arrived.get(offset);
            count += was == NOTHING ? 0 : 1;
            missing += was != NOTHING && is == NOTHING ? 1 : 0;
            different += is != NOTHING && is != was ? 1 : 0;
        }
        return new Finding(
                partition,
                count,
                events[partition],
                missing,
                repeated[partition],
                outOfOrder[partition],
                different);
    }

    /** How many events came in another order than the data set has them, airport by airport. */
    int airportsOutOfOrder() {
        Map<String, Integer> last = new HashMap<>();
        int wrong = 0;
        for (Side side : received) {
            for (int offset = 0; offset < side.end; offset++) {
                int flight = side.get(offset);
                if (flight != NOTHING) {
                    Integer before = last.put(flights.get(flight).origin(), flight);
                    wrong += before != null && before >= flight ? 1 : 0;
                }
            }
        }
        return wrong;
    }
}
