package io.tidemark.gateway.shared.instance;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Where consumer instances stand, shared by all gateways or, without Redis, kept by one.
 *
 * <p>Who serves an instance holds a <em>claim</em>: a number that grows with each claim. Every
 * change names the claim that it is made under, and is refused where there is a newer one, so that
 * a gateway that was thought dead cannot write over its successor's work.
 *
 * <p>What is here may be lost (Redis flushed or restarted): committed offsets are the
 * coordinator's, and an owner that finds its instance {@link Outcome.Absent} while it still serves
 * it may create it again.
 *
 * <p>Safe for any thread; never blocks. Each call does its work once for each subscription. Where
 * the directory cannot be reached in time, calls fail with {@link
 * io.tidemark.gateway.shared.redis.SharedStoreException}, which is answered by 503; a write may
 * then have been carried out or not.
 */
public interface InstanceDirectory {

    /**
     * Creates an instance where there is none of its name, under the creator's first claim.
     *
     * @param configuration JSON, not looked into
     * @param owner the creating gateway
     * @param ttl time without use after which it expires; at least 1 ms
     */
    Mono<Creation> create(InstanceKey key, String configuration, String owner, Duration ttl);

    /** The instance; empty where there is none, or it has expired. */
    Mono<ConsumerInstance> find(InstanceKey key);

    /**
     * Takes an instance over. Of several gateways that have seen the same claim one succeeds.
     *
     * @param seenClaim the claim as {@link #find} showed it
     */
    Mono<Takeover> claim(InstanceKey key, long seenClaim, String newOwner);

    /** Changes an instance under a claim; all of the change or nothing. */
    Mono<Outcome> update(InstanceKey key, long claim, InstanceChange change);

    /** Puts the expiry off under a claim. */
    default Mono<Outcome> touch(InstanceKey key, long claim) {
        return update(key, claim, InstanceChange.use());
    }

    /** Deletes an instance under a claim. */
    Mono<Outcome> delete(InstanceKey key, long claim);

    /** What became of a creation. */
    sealed interface Creation {
        record Created(ConsumerInstance instance) implements Creation {}

        /** There is one already. */
        record Exists(ConsumerInstance instance) implements Creation {}

        /** As many instances exist as are allowed. */
        record Full(int limit) implements Creation {}
    }

    /** What became of a claim. */
    sealed interface Takeover {
        /** It is the claimer's; {@link ConsumerInstance#claim} is what to write under. */
        record Claimed(ConsumerInstance instance) implements Takeover {}

        /** Another gateway was faster. */
        record Lost(ConsumerInstance instance) implements Takeover {}

        record Absent() implements Takeover {}
    }

    /** What became of a change. */
    sealed interface Outcome {
        record Done() implements Outcome {}

        /** Another gateway holds a newer claim; nothing was changed. */
        record Fenced(String owner, long claim) implements Outcome {}

        /** There is no such instance: it was deleted, has expired, or was lost with the store. */
        record Absent() implements Outcome {}

        /** Larger than {@link InstanceBounds}; nothing was changed. */
        record TooLarge(String message) implements Outcome {}
    }
}
