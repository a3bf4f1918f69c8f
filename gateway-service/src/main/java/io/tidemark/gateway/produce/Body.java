package io.tidemark.gateway.produce;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.InFlightBudget;

/**
 * A whole request body, and the part of the budget that it takes until {@link #release}: its bytes,
 * and what was made of them where that is more.
 */
final class Body {

    private static final int BLOCK_BYTES = 16 << 10;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final byte[] bytes;
    private final int length;
    private final InFlightBudget budget;
    private long made;
    private long reserved;

    /**
     * @param length of it, which has been reserved
     */
    Body(byte[] bytes, int length, InFlightBudget budget) {
        this.bytes = bytes;
        this.length = length;
        this.budget = budget;
        this.reserved = length;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /**
     * Something is about to be made of it.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where there is no memory for it
     */
    void pay(int heapBytes) {
        made += heapBytes;
        while (made > reserved) {
            if (!budget.tryReserve(BLOCK_BYTES)) {
                throw reserved + BLOCK_BYTES > budget.capacityBytes()
                        ? ApiError.tooLarge(
                                        "The body has more records than fit into memory; send fewer"
                                                + " at a time.")
                                .exception()
                        : ApiError.busy(
                                        "Too many records are in flight; try again soon.",
                                        RETRY_AFTER_SECONDS)
                                .exception();
            }
            reserved += BLOCK_BYTES;
        }
    }

    void release() {
        budget.release(reserved);
    }
}
