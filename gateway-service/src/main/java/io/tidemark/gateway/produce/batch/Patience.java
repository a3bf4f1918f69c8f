package io.tidemark.gateway.produce.batch;

import java.time.Duration;

/**
 * How long the outcome of a record may take.
 *
 * @param timeout retries included
 * @param leaderless the same where the record's partition has no leader when it comes
 */
public record Patience(Duration timeout, Duration leaderless) {}
