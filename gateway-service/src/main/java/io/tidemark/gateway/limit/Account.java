package io.tidemark.gateway.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one address or principal.
 *
 * @param requests null where they are not limited
 * @param bytes null where they are not limited
 * @param dirty whether it waits to be settled
 * @param retired whether it was removed for being idle; then another one counts
 */
record Account(
        String name,
        @Nullable TokenBucket requests,
        @Nullable TokenBucket bytes,
        AtomicBoolean dirty,
        AtomicBoolean retired) {

    boolean idle(long nowNanos) {
        return (requests == null || requests.idle(nowNanos))
                && (bytes == null || bytes.idle(nowNanos));
    }
}
