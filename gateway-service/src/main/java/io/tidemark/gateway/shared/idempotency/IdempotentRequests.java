package io.tidemark.gateway.shared.idempotency;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.shared.idempotency.IdempotencyStore.Claim;
import io.tidemark.gateway.shared.redis.SharedStoreException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Carries a request out at most once for its key. What was begun goes on when its client has gone,
 * so that a repeat finds an answer. Any thread.
 */
public final class IdempotentRequests {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentRequests.class);

    /** What a gateway may need beyond the time of a request, before it counts as dead. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(30);

    private static final Duration LATE_INTERVAL = Duration.ofSeconds(1);
    private static final int LATE_ATTEMPTS = 120;
    private static final int MAX_LATE = 1_000;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final IdempotencyStore store;
    private final MeterRegistry registry;
    private final AtomicInteger late = new AtomicInteger();

    /**
     * A request with a key.
     *
     * @param scope whose key it is and for what; the same key in another scope is another key
     * @param fingerprint of all that decides what the request does
     * @param limit longest time that carrying it out takes
     */
    public record Request(IdempotencyKey key, String scope, String fingerprint, Duration limit) {}

    /**
     * How a request ended.
     *
     * @param carriedOut whether it had an effect, or may have had one
     */
    public record Ended(KeptAnswer answer, boolean carriedOut) {}

    /**
     * What to answer.
     *
     * @param replayed whether it was given before
     */
    public record Answer(KeptAnswer answer, boolean replayed) {}

    public IdempotentRequests(IdempotencyStore store, MeterRegistry registry) {
        this.store = store;
        this.registry = registry;
        Gauge.builder("tidemark.gateway.idempotency.late", late, AtomicInteger::get)
                .description("Outcomes that wait to be written once the store is there again")
                .register(registry);
    }

    /** Whether a key holds for all gateways, or for this one. */
    public boolean shared() {
        return store.shared();
    }

    /**
     * Carries a request out, or answers what is known of it.
     *
     * @param work carries it out; subscribed to once at most, and not where this fails
     * @param notNeeded called where {@code work} is not subscribed to
     * @return the answer, or the {@link io.tidemark.gateway.error.ApiErrorException} that says why
     *     it was not carried out this time; already running when this returns
     */
    public Mono<Answer> once(Request request, Supplier<Mono<Ended>> work, Runnable notNeeded) {
        String key = Fingerprints.of(request.scope(), request.key().value());
        String token = UUID.randomUUID().toString();
        Mono<Answer> running =
                store.claim(key, request.fingerprint(), token, request.limit().plus(LEASE_MARGIN))
                        .doOnError(
                                failure -> {
                                    notNeeded.run();
                                    // It may have been granted all the same.
                                    later(store.release(key, token));
                                })
                        .onErrorMap(SharedStoreException.class, this::cannotPromise)
                        .flatMap(
                                claim -> {
                                    count(claim.getClass().getSimpleName());
                                    if (claim instanceof Claim.Granted) {
                                        return carryOut(request, key, token, work);
                                    }
                                    notNeeded.run();
                                    return known(claim);
                                })
                        .cache();
        running.subscribe(answer -> {}, failure -> {});
        return running;
    }

    private Mono<Answer> carryOut(
            Request request, String key, String token, Supplier<Mono<Ended>> work) {
        return work.get()
                .flatMap(
                        ended -> {
                            Mono<Boolean> settled =
                                    ended.carriedOut()
                                            ? store.keep(
                                                    key,
                                                    request.fingerprint(),
                                                    token,
                                                    ended.answer())
                                            : store.release(key, token);
                            return settled.onErrorResume(
                                            failure -> {
                                                later(settled);
                                                return Mono.just(false);
                                            })
                                    .thenReturn(new Answer(ended.answer(), false));
                        });
    }

    private static Mono<Answer> known(Claim claim) {
        return switch (claim) {
            case Claim.Granted granted -> throw new IllegalStateException("granted twice");
            case Claim.Answered(KeptAnswer answer) ->
                    answer.cut()
                            ? Mono.error(refused(409, 40904, CUT.formatted(answer.status()), 0))
                            : Mono.just(new Answer(answer, true));
            case Claim.UnderWay(long leftMs) ->
                    Mono.error(refused(409, 40904, UNDER_WAY, RETRY_AFTER_SECONDS));
            case Claim.OutcomeUnknown unknown -> Mono.error(refused(503, 50301, UNKNOWN, 0));
            case Claim.OtherRequest other -> Mono.error(refused(422, 42206, OTHER, 0));
            case Claim.Full full -> Mono.error(refused(503, 50301, FULL, 0));
        };
    }

    private static final String CUT =
            "The request with this Idempotency-Key was carried out (status %d); its answer was too"
                    + " long to be kept.";
    private static final String UNDER_WAY =
            "A request with this Idempotency-Key is under way; try again for its answer.";
    private static final String UNKNOWN =
            "Whether the request with this Idempotency-Key was carried out is unknown: the gateway"
                    + " that took it did not finish. It is not repeated; read the topic to find"
                    + " out, and send again with another key where it is missing.";
    private static final String OTHER =
            "This Idempotency-Key was used for another request (its body, query or headers"
                    + " differ).";
    private static final String FULL =
            "No more Idempotency-Keys can be kept at the moment"
                    + " (tidemark.gateway.idempotency.memory-size); nothing was stored.";

    private static RuntimeException refused(int status, int code, String text, int retryAfter) {
        return new ApiError(status, code, text, retryAfter).exception();
    }

    private Throwable cannotPromise(SharedStoreException failure) {
        count("Unavailable");
        return new ApiError(
                        503,
                        50301,
                        "Nothing was stored: that this Idempotency-Key is used once cannot be"
                                + " promised at the moment. "
                                + failure.getMessage()
                                + ".",
                        RETRY_AFTER_SECONDS)
                .exception();
    }

    /** Writes an outcome once the store is there again; gives up after two minutes. */
    private void later(Mono<Boolean> write) {
        if (late.incrementAndGet() > MAX_LATE) {
            late.decrementAndGet();
            count("Dropped");
            return;
        }
        write.retryWhen(Retry.fixedDelay(LATE_ATTEMPTS, LATE_INTERVAL))
                .doFinally(signal -> late.decrementAndGet())
                .subscribe(
                        written -> {},
                        failure -> {
                            count("Dropped");
                            LOG.debug("An outcome was not written in time", failure);
                        });
    }

    private void count(String outcome) {
        registry.counter("tidemark.gateway.idempotency.requests", "outcome", outcome).increment();
    }
}
