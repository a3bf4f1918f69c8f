package io.tidemark.partition.replica;

/**
 * What a replica's fetch tells its leader.
 *
 * @param nodeEpoch of the incarnation that fetches
 * @param joinable whether that node may join in-sync sets
 * @param fetchOffset all before it is safe there
 * @param lastFetchedEpoch the leader epoch of the record before it; -1 where there is none
 */
public record ReplicaFetch(
        int nodeId, long nodeEpoch, boolean joinable, long fetchOffset, int lastFetchedEpoch) {}
