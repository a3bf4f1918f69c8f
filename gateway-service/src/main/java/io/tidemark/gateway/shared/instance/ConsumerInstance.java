package io.tidemark.gateway.shared.instance;

import java.util.Map;

/**
 * A consumer instance as the directory knows it. Immutable.
 *
 * @param configuration what it was created with; JSON that the directory does not look into
 * @param subscription what it is subscribed to or was assigned, likewise; empty for nothing
 * @param memberId its member id in the group; empty before it joined
 * @param memberEpoch its member epoch or generation; -1 before it joined
 * @param positions next offset to read, by partition
 * @param owner the gateway that serves it
 * @param claim the number of the owner's claim; the next claim has a larger one
 * @param lastUsedMs wall clock of the last use, in milliseconds since the epoch
 * @param ttlMs it expires once it has not been used for this long, in milliseconds
 */
public record ConsumerInstance(
        InstanceKey key,
        String configuration,
        String subscription,
        String memberId,
        int memberEpoch,
        Map<TopicPartition, Long> positions,
        String owner,
        long claim,
        long lastUsedMs,
        long ttlMs) {

    /** Before the instance has joined its group. */
    public static final int NO_EPOCH = -1;

    public ConsumerInstance {
        positions = Map.copyOf(positions);
    }
}
