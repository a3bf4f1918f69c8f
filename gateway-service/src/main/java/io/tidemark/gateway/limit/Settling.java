package io.tidemark.gateway.limit;

import io.tidemark.environment.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Settles what was taken, every so often, in the background, and removes idle accounts. While
 * settling fails the gateway's own limits hold; what could not be told is not told later. On the
 * timers' thread.
 */
public final class Settling implements AutoCloseable {

    private static final int MAX_BUCKETS = 1_000;
    private static final int TICKS_PER_SWEEP = 50;
    private static final long NANOS_PER_MICRO = 1_000;

    private final RateLimits limits;
    private final @Nullable Settlement settlement;
    private final Timers timers;
    private final long intervalMs;
    private final LongAdder failures = new LongAdder();
    private volatile boolean settling;
    private volatile boolean closed;
    private int ticks;

    /**
     * @param settlement null where nothing is shared
     */
    public Settling(
            RateLimits limits, @Nullable Settlement settlement, Timers timers, long intervalMs) {
        this.limits = limits;
        this.settlement = settlement;
        this.timers = timers;
        this.intervalMs = intervalMs;
        if (!limits.unlimited()) {
            timers.schedule(intervalMs, this::tick);
        }
    }

    private void tick() {
        if (closed) {
            return;
        }
        if (settlement == null) {
            drain();
        } else if (!settling) {
            settle(settlement);
        }
        ticks++;
        if (ticks % TICKS_PER_SWEEP == 0) {
            limits.removeIdle();
        }
        timers.schedule(intervalMs, this::tick);
    }

    /** Nobody else need know. */
    private void drain() {
        for (Account next = limits.nextDirty(); next != null; next = limits.nextDirty()) {
            if (next.requests() != null) {
                next.requests().takeUnsettledNanos();
            }
            if (next.bytes() != null) {
                next.bytes().takeUnsettledNanos();
            }
        }
    }

    private void settle(Settlement with) {
        List<String> names = new ArrayList<>();
        List<TokenBucket> buckets = new ArrayList<>();
        while (names.size() < MAX_BUCKETS) {
            Account next = limits.nextDirty();
            if (next == null) {
                break;
            }
            if (next.requests() != null) {
                names.add("requests " + next.name());
                buckets.add(next.requests());
            }
            if (next.bytes() != null) {
                names.add("bytes " + next.name());
                buckets.add(next.bytes());
            }
        }
        if (names.isEmpty()) {
            return;
        }
        List<Long> taken =
                buckets.stream().map(b -> b.takeUnsettledNanos() / NANOS_PER_MICRO).toList();
        settling = true;
        with.settle(names, taken)
                .doFinally(signal -> settling = false)
                .subscribe(
                        ahead -> {
                            long now = limits.now();
                            for (int i = 0; i < buckets.size(); i++) {
                                buckets.get(i).settled(ahead.get(i) * NANOS_PER_MICRO, now);
                            }
                        },
                        failure -> failures.increment());
    }

    /** Settlements that failed: meanwhile this gateway's limits held alone. */
    public long failures() {
        return failures.sum();
    }

    @Override
    public void close() {
        closed = true;
    }
}
