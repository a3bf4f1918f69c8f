package io.tidemark.gateway.group.consumer;

/**
 * One read.
 *
 * @param timeoutMs to wait for the first record
 * @param maxBytes of keys, values and headers; one record comes in any case
 * @param minBytes to wait for, within the timeout
 * @param withHeaders whether the answer has them
 * @param withTimestamp likewise
 */
record ReadQuery(
        long timeoutMs, int maxBytes, int minBytes, boolean withHeaders, boolean withTimestamp) {}
