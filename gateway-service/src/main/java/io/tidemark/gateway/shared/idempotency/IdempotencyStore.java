package io.tidemark.gateway.shared.idempotency;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Remembers keys and their answers for a time.
 *
 * <pre>
 * absent --claim--> pending --keep--> answered      (until the retention ends)
 *                     |  \--release--> absent       (certainly nothing was carried out)
 *                     \--lease runs out--> unknown  (until the retention ends)
 * </pre>
 *
 * <p>A pending key belongs to the token that it was claimed with. One whose lease has run out was
 * left behind by a gateway that died or lost the store: whether its request was carried out is not
 * known, and nobody may carry it out again.
 *
 * <p>Safe for any thread. Where the store cannot be reached, calls fail with {@link
 * io.tidemark.gateway.shared.redis.SharedStoreException}, carried out or not.
 */
public interface IdempotencyStore {

    /**
     * Claims a key, or says what is known of it.
     *
     * @param key with its scope
     * @param fingerprint of the request; another one is another request
     * @param token of this attempt, unique
     * @param lease longest time in which the request will have been carried out
     */
    Mono<Claim> claim(String key, String fingerprint, String token, Duration lease);

    /** Keeps the answer of a claimed key, also where the claim itself was lost with the store. */
    Mono<Boolean> keep(String key, String fingerprint, String token, KeptAnswer answer);

    /** Gives a claimed key back: its request was certainly not carried out. */
    Mono<Boolean> release(String key, String token);

    /** Whether all gateways share it. */
    boolean shared();

    /** What is known of a key. */
    sealed interface Claim {
        /** It was not known, and is claimed now. */
        record Granted() implements Claim {}

        record Answered(KeptAnswer answer) implements Claim {}

        /**
         * @param leftMs until its lease runs out
         */
        record UnderWay(long leftMs) implements Claim {}

        record OutcomeUnknown() implements Claim {}

        /** It was used for another request. */
        record OtherRequest() implements Claim {}

        /** No more keys can be kept. */
        record Full() implements Claim {}
    }
}
