package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.shared.instance.InstanceChange;
import io.tidemark.gateway.shared.instance.InstanceDirectory;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Creation;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Outcome;
import io.tidemark.gateway.shared.instance.InstanceKey;
import io.tidemark.gateway.shared.redis.SharedStoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's entry in the directory, under this gateway's claim. A directory that cannot be
 * reached does not keep a gateway from serving what it has served so far. Any thread.
 */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    /**
     * How long an entry outlives its instance, so that any gateway can say that it has expired, and
     * when.
     */
    static final Duration REMEMBRANCE = Duration.ofMinutes(10);

    private final ConsumerParts parts;
    private final InstanceKey key;
    private final InstanceSettings settings;
    private final Supplier<InstanceChange> everything;
    private volatile long claim;

    /** Whose the instance is. */
    enum Standing {
        MINE,
        /** Another gateway's. */
        TAKEN,
        /** The directory does not answer. */
        UNKNOWN
    }

    /**
     * @param everything what to write where the directory has lost its content
     */
    Registration(
            ConsumerParts parts,
            InstanceKey key,
            InstanceSettings settings,
            long claim,
            Supplier<InstanceChange> everything) {
        this.parts = parts;
        this.key = key;
        this.settings = settings;
        this.claim = claim;
        this.everything = everything;
    }

    static Duration timeToLive(InstanceSettings settings) {
        return Duration.ofMillis(settings.instanceTimeoutMs()).plus(REMEMBRANCE);
    }

    /** A request has come. */
    CompletionStage<Standing> use() {
        return write(InstanceChange.use());
    }

    /** Whether it is still this gateway's, without being a use. */
    CompletionStage<Standing> check() {
        return write(InstanceChange.none());
    }

    /**
     * Fails with an {@link io.tidemark.gateway.error.ApiErrorException} where the change is larger
     * than the directory takes; nothing is changed then.
     */
    CompletionStage<Standing> write(InstanceChange change) {
        return parts.directory()
                .update(key, claim, change)
                .toFuture()
                .thenApply(Objects::requireNonNull)
                .thenCompose(this::standing)
                .exceptionally(Registration::unreachable);
    }

    private CompletionStage<Standing> standing(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> CompletableFuture.completedFuture(Standing.MINE);
            case Outcome.Fenced fenced -> CompletableFuture.completedFuture(Standing.TAKEN);
            case Outcome.TooLarge(String message) ->
                    CompletableFuture.failedFuture(ApiError.badRequest(message).exception());
            case Outcome.Absent() -> createAgain();
        };
    }

    private CompletionStage<Standing> createAgain() {
        InstanceDirectory directory = parts.directory();
        return directory
                .create(key, settings.toJson(), parts.identity().id(), timeToLive(settings))
                .flatMap(
                        creation -> {
                            if (creation instanceof Creation.Created created) {
                                LOG.warn(
                                        "The directory of consumer instances had lost {}; it is"
                                                + " there again",
                                        key);
                                claim = created.instance().claim();
                                return directory
                                        .update(key, claim, everything.get())
                                        .thenReturn(Standing.MINE);
                            }
                            return reactor.core.publisher.Mono.just(
                                    creation instanceof Creation.Exists
                                            ? Standing.TAKEN
                                            : Standing.UNKNOWN);
                        })
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    private static Standing unreachable(Throwable failure) {
        if (ErrorMapping.unwrap(failure) instanceof SharedStoreException) {
            return Standing.UNKNOWN;
        }
        throw failure instanceof CompletionException known
                ? known
                : new CompletionException(failure);
    }

    /** Forgets the instance for good. */
    CompletionStage<?> delete() {
        return parts.directory().delete(key, claim).toFuture().exceptionally(failure -> null);
    }
}
