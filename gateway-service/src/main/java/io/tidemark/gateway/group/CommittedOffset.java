package io.tidemark.gateway.group;

/**
 * A position that a group has committed.
 *
 * @param offset of the next record to read
 * @param leaderEpoch of the record before it; -1 where unknown
 * @param metadata the committer's own text; may be empty
 */
public record CommittedOffset(long offset, int leaderEpoch, String metadata) {

    /** Where to read next, and nothing else. */
    public static CommittedOffset at(long offset) {
        return new CommittedOffset(offset, -1, "");
    }
}
