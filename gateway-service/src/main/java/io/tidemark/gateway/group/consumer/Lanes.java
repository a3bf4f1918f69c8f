package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.Lane;
import java.util.BitSet;

/**
 * Lanes for fetches that wait: each holds up whatever follows it, so each has one of its own. The
 * lowest free one is taken, so that there are only as many connections as fetches at once.
 */
final class Lanes {

    private static final int RETRY_AFTER_SECONDS = 1;

    private final BitSet taken = new BitSet();
    private final int limit;

    Lanes(int limit) {
        this.limit = limit;
    }

    /**
     * @throws io.tidemark.gateway.error.ApiErrorException 429 where all are taken
     */
    synchronized int take() {
        int lane = taken.nextClearBit(0);
        if (lane >= limit) {
            throw ApiError.busy(
                            "%d reads of consumers are waiting already.".formatted(limit),
                            RETRY_AFTER_SECONDS)
                    .exception();
        }
        taken.set(lane);
        return lane;
    }

    synchronized void give(int lane) {
        taken.clear(lane);
    }

    static Lane of(int number) {
        return Lane.longPoll("consumer-" + number);
    }
}
