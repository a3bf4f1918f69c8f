package io.tidemark.coordinator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.coordinator.group.GroupObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code tidemark.coordinator.groups.log}: how long entries of groups took to be durable; {@code
 * ….entry}: their bytes; {@code ….changes}: how many changes (commits for the most part) they held.
 */
final class GroupMeter implements GroupObserver {
    private static final String NAME = "tidemark.coordinator.groups.";

    private final Supplier<@Nullable MeterRegistry> registry;
    private @Nullable Meters meters;

    GroupMeter(Supplier<@Nullable MeterRegistry> registry) {
        this.registry = registry;
    }

    private record Meters(Timer log, DistributionSummary entry, Counter changes) {
        static Meters of(MeterRegistry registry) {
            return new Meters(
                    Timer.builder(NAME + "log")
                            .description("Entries of groups until they are durable")
                            .register(registry),
                    DistributionSummary.builder(NAME + "entry")
                            .description("Size of entries of groups")
                            .baseUnit("bytes")
                            .register(registry),
                    Counter.builder(NAME + "changes")
                            .description("Changes of groups, commits for the most part")
                            .register(registry));
        }
    }

    @Override
    public void rebalanced(String type) {
        MeterRegistry present = registry.get();
        if (present != null) {
            Counter.builder(NAME + "rebalances")
                    .description("Generations and group epochs: members were given other shares")
                    .tag("type", type)
                    .register(present)
                    .increment();
        }
    }

    @Override
    public void logged(int changes, int bytes, long tookNanos) {
        MeterRegistry present = meters == null ? registry.get() : null;
        if (present != null) {
            meters = Meters.of(present);
        }
        if (meters != null) {
            meters.log.record(tookNanos, TimeUnit.NANOSECONDS);
            meters.entry.record(bytes);
            meters.changes.increment(changes);
        }
    }
}
