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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code tidemark.coordinator.commands}: how long commands took, by type and outcome; {@code
 * tidemark.coordinator.elections}: how many leaders were elected by command, clean or not.
 */
final class CommandMeter implements CommandObserver {
    private final Supplier<@Nullable MeterRegistry> registry;
    private final LongAdder unclean = new LongAdder();

    CommandMeter(Supplier<@Nullable MeterRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void answered(Command command, Optional<CommandResult> result, long tookNanos) {
        MeterRegistry meters = registry.get();
        long elected = result.map(known -> elected(command, known)).orElse(0L);
        if (command instanceof Command.ElectLeaders elect
                && elect.election() == Command.ElectLeaders.Election.UNCLEAN) {
            unclean.add(elected);
        }
        if (meters != null) {
            Timer.builder("tidemark.coordinator.commands")
                    .description("Commands to the coordinator")
                    .tag("command", command.getClass().getSimpleName())
                    .tag("outcome", outcome(result))
                    .register(meters)
                    .record(tookNanos, TimeUnit.NANOSECONDS);
            if (command instanceof Command.ElectLeaders elect) {
                Counter.builder("tidemark.coordinator.elections")
                        .description("Partitions that got another leader by command")
                        .tag("kind", elect.election().name().toLowerCase(Locale.ROOT))
                        .register(meters)
                        .increment(elected);
            }
        }
    }

    /** Leaders elected by command since the process began that may not have had all records. */
    long uncleanElections() {
        return unclean.sum();
    }

    private static long elected(Command command, CommandResult result) {
        return command instanceof Command.ElectLeaders
                        && result instanceof CommandResult.PartitionsAltered altered
                ? altered.outcomes().stream().filter(outcome -> outcome.error() == 0).count()
                : 0;
    }

    private static String outcome(Optional<CommandResult> result) {
        if (result.isEmpty()) {
            return "unknown";
        }
        return result.get() instanceof CommandResult.Rejected ? "rejected" : "done";
    }
}
