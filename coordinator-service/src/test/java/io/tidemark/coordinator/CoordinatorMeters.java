package io.tidemark.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.coordinator.runtime.CommandObserver;

/** The coordinator's own measuring of commands, for tests of other packages. */
public final class CoordinatorMeters {
    private CoordinatorMeters() {}

    /** Unclean elections that such an observer was told of. */
    public static long uncleanElections(CommandObserver commands) {
        return ((CommandMeter) commands).uncleanElections();
    }

    public static CommandObserver commands(MeterRegistry registry) {
        return new CommandMeter(() -> registry);
    }
}
