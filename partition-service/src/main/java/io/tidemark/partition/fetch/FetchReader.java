package io.tidemark.partition.fetch;

/** Who fetches. */
sealed interface FetchReader {

    /**
     * A consumer: reads what is committed.
     *
     * @param rack where it stands; empty where it does not say
     * @param followersToo whether it may read from followers (KIP-392, from version 11 on)
     */
    record Consumer(String rack, boolean followersToo) implements FetchReader {}

    /**
     * Another node, for its own replicas: reads up to the log's end.
     *
     * @param joinable whether the node may join in-sync sets
     */
    record Replica(int nodeId, long nodeEpoch, boolean joinable) implements FetchReader {}
}
