package io.tidemark.coordinator.runtime;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import java.util.Optional;

/** Sees every command that was submitted here and answered. Any thread; must not block. */
@FunctionalInterface
public interface CommandObserver {
    CommandObserver NONE = (command, result, tookNanos) -> {};

    /**
     * @param result empty where the outcome is unknown or nobody led
     */
    void answered(Command command, Optional<CommandResult> result, long tookNanos);
}
