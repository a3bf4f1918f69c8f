package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.Delta;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * What a command changes, and its answer.
 *
 * @param deltas empty where nothing changes: refused, only validated, or already so
 */
record Decision(List<Delta> deltas, CommandResult result) {

    Decision {
        deltas = List.copyOf(deltas);
    }

    static Decision unchanged(CommandResult result) {
        return new Decision(List.of(), result);
    }

    static Decision change(CommandResult result, Delta... deltas) {
        return new Decision(List.of(deltas), result);
    }

    /**
     * Where a command stands in the log.
     *
     * @param version the version the image gets if the command changes it
     * @param id the proposal's
     */
    record Context(long version, Uuid id) {}
}
