package io.tidemark.partition.log;

import java.util.Optional;

/** What a search for a record by its timestamp came to. */
public sealed interface TimestampOutcome {

    /**
     * @param leaderEpoch -1 where unknown
     */
    record Found(long timestampMs, long offset, int leaderEpoch) implements TimestampOutcome {}

    /** There is no such record. */
    record None() implements TimestampOutcome {}

    /** It may lie in a damaged place. */
    record Corrupt() implements TimestampOutcome {}

    /** The record; empty where none is known. */
    default Optional<Found> found() {
        return this instanceof Found found ? Optional.of(found) : Optional.empty();
    }
}
