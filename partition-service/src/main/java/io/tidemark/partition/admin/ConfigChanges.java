package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Changes one resource's configuration, for both of Kafka's ways to ask for it. */
final class ConfigChanges {
    private static final int TIMEOUT_MS = 30_000;

    private final Commands commands;
    private final Access access;

    ConfigChanges(Commands commands, Access access) {
        this.commands = commands;
        this.access = access;
    }

    /** An error and its message; empty where there is nothing to say. */
    record Outcome(ErrorCode error, String message) {
        static final Outcome DONE = new Outcome(ErrorCode.NONE, "");
    }

    CompletionStage<Outcome> apply(
            RequestContext context,
            byte type,
            String name,
            List<ConfigChange> changes,
            boolean validateOnly) {
        ErrorCode refusal =
                ConfigResources.refusal(access, context, Operation.ALTER_CONFIGS, type, name);
        if (refusal != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(new Outcome(refusal, ""));
        }
        return switch (type) {
            case ConfigResources.TOPIC ->
                    submit(new Command.AlterTopicConfigs(name, changes, validateOnly));
            case ConfigResources.NODE ->
                    submit(new Command.AlterNodeConfigs(name, changes, validateOnly));
            default ->
                    CompletableFuture.completedFuture(
                            new Outcome(ErrorCode.INVALID_REQUEST, ConfigResources.absence(type)));
        };
    }

    private CompletionStage<Outcome> submit(Command command) {
        return commands.submit(command, TIMEOUT_MS)
                .thenApply(
                        result ->
                                result instanceof CommandResult.Rejected rejected
                                        ? new Outcome(
                                                ErrorCode.of(rejected.error()), rejected.message())
                                        : Outcome.DONE);
    }
}
