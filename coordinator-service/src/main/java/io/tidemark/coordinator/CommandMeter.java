package io.tidemark.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.coordinator.runtime.CommandObserver;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code tidemark.coordinator.commands}: how long commands took, by type and outcome. */
final class CommandMeter implements CommandObserver {
    private final Supplier<@Nullable MeterRegistry> registry;

    CommandMeter(Supplier<@Nullable MeterRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void answered(Command command, Optional<CommandResult> result, long tookNanos) {
        MeterRegistry meters = registry.get();
        if (meters != null) {
            Timer.builder("tidemark.coordinator.commands")
                    .description("Commands to the coordinator")
                    .tag("command", command.getClass().getSimpleName())
                    .tag("outcome", outcome(result))
                    .register(meters)
                    .record(tookNanos, TimeUnit.NANOSECONDS);
        }
    }

    private static String outcome(Optional<CommandResult> result) {
        if (result.isEmpty()) {
            return "unknown";
        }
        return result.get() instanceof CommandResult.Rejected ? "rejected" : "done";
    }
}
