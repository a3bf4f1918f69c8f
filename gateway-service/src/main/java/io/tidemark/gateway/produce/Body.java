package io.tidemark.gateway.produce;

import io.tidemark.gateway.limit.InFlightBudget;

/** A whole request body, and the part of the budget that it takes until {@link #release}. */
record Body(byte[] bytes, int length, InFlightBudget budget) {

    void release() {
        budget.release(length);
    }
}
