package io.tidemark.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.coordinator.runtime.CommandObserver;

/** The coordinator's own measuring of commands, for tests of other packages. */
public final class CoordinatorMeters {
    private CoordinatorMeters() {}

    public static CommandObserver commands(MeterRegistry registry) {
        return new CommandMeter(() -> registry);
    }
}
