package io.tidemark.telemetry.jmx;

import java.util.function.LongSupplier;

/**
 * The rates of a counter as Kafka's meters have them: exponentially weighted averages over 1, 5 and
 * 15 minutes, moved on every {@link #TICK_SECONDS} seconds, and the mean since the beginning.
 * {@link #tick} is for one thread, reading for any.
 */
final class Rates {
    static final int TICK_SECONDS = 5;

    private final LongSupplier counter;
    private final double[] weights = {weight(1), weight(5), weight(15)};
    private final double[] averages = new double[3];
    private final long startNanos;
    private final long first;
    private long last;
    private boolean ticked;
    private volatile View view = new View(0, 0, 0);

    private record View(double oneMinute, double fiveMinutes, double fifteenMinutes) {}

    /**
     * @param counter never falls, but at a restart of what it counts
     */
    Rates(LongSupplier counter, long nowNanos) {
        this.counter = counter;
        this.startNanos = nowNanos;
        this.first = counter.getAsLong();
        this.last = first;
    }

    private static double weight(int minutes) {
        return 1 - Math.exp(-TICK_SECONDS / 60.0 / minutes);
    }

    /** {@link #TICK_SECONDS} seconds have passed. */
    void tick() {
        long now = counter.getAsLong();
        double perSecond = Math.max(0, now - last) / (double) TICK_SECONDS;
        last = now;
        for (int i = 0; i < averages.length; i++) {
            averages[i] = ticked ? averages[i] + weights[i] * (perSecond - averages[i]) : perSecond;
        }
        ticked = true;
        view = new View(averages[0], averages[1], averages[2]);
    }

    long count() {
        return counter.getAsLong();
    }

    double mean(long nowNanos) {
        double seconds = (nowNanos - startNanos) / 1e9;
        return seconds <= 0 ? 0 : Math.max(0, counter.getAsLong() - first) / seconds;
    }

    double oneMinute() {
        return view.oneMinute;
    }

    double fiveMinutes() {
        return view.fiveMinutes;
    }

    double fifteenMinutes() {
        return view.fifteenMinutes;
    }
}
