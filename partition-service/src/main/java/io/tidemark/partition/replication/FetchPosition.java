package io.tidemark.partition.replication;

/**
 * Where a follower stands in one partition.
 *
 * @param leaderEpoch it follows in
 * @param fetchOffset all before it is safe here: the leader counts on that
 * @param lastFetchedEpoch the leader epoch of the record before it; -1 where there is none
 * @param throttled whether it is not in sync, so that its traffic may be limited
 */
public record FetchPosition(
        int leaderEpoch,
        long fetchOffset,
        int lastFetchedEpoch,
        long logStartOffset,
        long highWatermark,
        boolean throttled) {}
