package io.tidemark.coordinator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.coordinator.runtime.CommandObserver;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code tidemark.coordinator.commands}: how long commands took, by type and outcome; {@code
 * tidemark.coordinator.elections}: how many leaders were elected by command, clean or not.
 */
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
            if (command instanceof Command.ElectLeaders elect && result.isPresent()) {
                elected(elect, result.get(), meters);
            }
        }
    }

    private static void elected(
            Command.ElectLeaders command, CommandResult result, MeterRegistry meters) {
        if (result instanceof CommandResult.PartitionsAltered altered) {
            long leaders =
                    altered.outcomes().stream().filter(outcome -> outcome.error() == 0).count();
            Counter.builder("tidemark.coordinator.elections")
                    .description("Partitions that got another leader by command")
                    .tag("kind", command.election().name().toLowerCase(Locale.ROOT))
                    .register(meters)
                    .increment(leaders);
        }
    }

    private static String outcome(Optional<CommandResult> result) {
        if (result.isEmpty()) {
            return "unknown";
        }
        return result.get() instanceof CommandResult.Rejected ? "rejected" : "done";
    }
}
