package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.NoCoordinatorException;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends commands to the coordinator, and waits until this node shows what they did. Any thread. */
public final class Commands {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration OTHERS_WAIT = Duration.ofSeconds(5);

    private final ControlPlane controlPlane;
    private final ClusterView view;

    public Commands(ControlPlane controlPlane, ClusterView view) {
        this.controlPlane = controlPlane;
        this.view = view;
    }

    /** Who sends a request, for the coordinator's log. */
    static String asker(RequestContext context) {
        return context.connection().principal() + " from " + context.connection().remoteAddress();
    }

    /**
     * @param timeoutMs how long the client waits; at most 30 s are spent here
     * @return never fails: what could not be done is a {@link CommandResult.Rejected}
     */
    CompletionStage<CommandResult> submit(Command command, int timeoutMs) {
        Duration timeout = Duration.ofMillis(Math.clamp(timeoutMs, 1_000, LONGEST_WAIT.toMillis()));
        return controlPlane
                .submit(command)
                .thenCompose(result -> shown(command, result, timeout))
                .exceptionally(failure -> rejected(command, failure));
    }

    private CompletionStage<CommandResult> shown(
            Command command, CommandResult result, Duration timeout) {
        return switch (result) {
            case CommandResult.Done done -> shown(result, done.version(), timeout);
            case CommandResult.TopicCreated created -> shown(result, created.version(), timeout);
            case CommandResult.NodeRegistered registered ->
                    shown(result, registered.version(), timeout);
            case CommandResult.PartitionsAltered altered ->
                    shown(result, altered.version(), timeout);
            case CommandResult.Drained drained -> shown(result, drained.version(), timeout);
            case CommandResult.ProducerIds ids -> CompletableFuture.completedFuture(ids);
            case CommandResult.Rejected rejected -> shown(command, rejected);
        };
    }

    /** Who hears that a topic exists already finds it on this node. */
    private CompletionStage<CommandResult> shown(Command command, CommandResult.Rejected rejected) {
        if (!(command instanceof Command.CreateTopic create)
                || rejected.error() != ErrorCode.TOPIC_ALREADY_EXISTS.number()) {
            return CompletableFuture.completedFuture(rejected);
        }
        CompletionStage<CommandResult> seen =
                view.await(image -> image.topic(create.name()).isPresent(), OTHERS_WAIT)
                        .thenApply(image -> rejected);
        return seen.exceptionally(deletedMeanwhile -> rejected);
    }

    private CompletionStage<CommandResult> shown(
            CommandResult result, long version, Duration timeout) {
        return view.await(version, timeout).thenApply(image -> result);
    }

    private static CommandResult rejected(Command command, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof TimeoutException) {
            return new CommandResult.Rejected(
                    ErrorCode.REQUEST_TIMED_OUT.number(),
                    "The change was made, but this node has not seen it in time");
        }
        if (cause instanceof NoCoordinatorException nobody) {
            return new CommandResult.Rejected(
                    ErrorCode.REQUEST_TIMED_OUT.number(),
                    "Nothing was changed. " + nobody.getMessage());
        }
        if (cause instanceof IOException) {
            return new CommandResult.Rejected(
                    ErrorCode.REQUEST_TIMED_OUT.number(),
                    "The coordinator cannot be reached; it is not known whether the change was made");
        }
        log.error("A command failed: {}", command, cause);
        return new CommandResult.Rejected(
                ErrorCode.UNKNOWN_SERVER_ERROR.number(), "The coordinator failed");
    }
}
