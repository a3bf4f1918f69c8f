package io.tidemark.gateway.produce;

import io.tidemark.gateway.limit.InFlightBudget;

/**
 * Bounds of streams of records.
 *
 * @param maxUnitBytes longest record as it stands in a stream
 * @param maxInFlightBytes of one stream, read and not yet reported
 */
record StreamLimits(InFlightBudget budget, int maxUnitBytes, int maxInFlightBytes) {}
