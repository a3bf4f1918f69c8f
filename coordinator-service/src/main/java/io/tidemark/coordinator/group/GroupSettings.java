package io.tidemark.coordinator.group;

/**
 * Limits of groups, by Kafka's names ({@code group.*}, {@code offset*}). Times in milliseconds.
 *
 * @param initialRebalanceDelayMs how long an empty classic group waits for more members
 * @param heartbeatHoldMs how long the answer to a classic member's heartbeat may wait for news; 0
 *     for not at all
 * @param consumerHeartbeatMs longest interval of heartbeats that KIP-848 members are told
 * @param consumerMinHeartbeatMs the same while all members together are few; at most the longest
 *     counts
 * @param consumerSessionMs silence after which a KIP-848 member is out
 * @param offsetsRetentionMs how long offsets are kept once nobody may want them
 * @param offsetsCheckMs how often is looked for offsets to forget
 * @param maxMetadataBytes longest metadata of a committed offset
 * @param maxGroups how many groups there may be; a further one is refused
 */
public record GroupSettings(
        int minSessionMs,
        int maxSessionMs,
        int maxSize,
        int initialRebalanceDelayMs,
        int heartbeatHoldMs,
        int consumerHeartbeatMs,
        int consumerMinHeartbeatMs,
        int consumerSessionMs,
        long offsetsRetentionMs,
        long offsetsCheckMs,
        int maxMetadataBytes,
        int maxGroups) {

    /**
     * Kafka's defaults, but for the initial delay, which is 100 ms here and 3 s there, the shortest
     * interval of heartbeats, which is 5 s there, the hold of heartbeats, which there is none of
     * there, and the number of groups, which has no bound there.
     */
    public static final GroupSettings DEFAULTS =
            new GroupSettings(
                    6_000,
                    1_800_000,
                    Integer.MAX_VALUE,
                    100,
                    3_500,
                    5_000,
                    1_000,
                    45_000,
                    7L * 86_400_000,
                    600_000,
                    4_096,
                    100_000);
}
