package io.tidemark.partition.replica;

import io.tidemark.metadata.image.PartitionImage;
import java.util.List;

/**
 * What this node is to a partition, as the coordinator decided it.
 *
 * <pre>
 *   Idle    -> Leading    the image names this node, whose session stands
 *   Leading -> Leading    a newer leader epoch or in-sync set
 *   Leading -> Idle       another leader, none, or this node's session is lost
 * </pre>
 */
public sealed interface Role {

    /** The leader epoch known here; -1 before the first image. */
    int leaderEpoch();

    /** Appends and fetches are served. */
    record Leading(int leaderEpoch, int partitionEpoch, List<Integer> isr) implements Role {}

    /**
     * Nothing is served.
     *
     * @param leader who leads instead; {@link PartitionImage#NO_LEADER} where nobody is known
     */
    record Idle(int leaderEpoch, int leader) implements Role {}
}
