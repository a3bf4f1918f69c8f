package io.tidemark.partition.serving;

import io.tidemark.partition.replica.Replica;
import java.util.function.Supplier;

/**
 * What the parts of a partition share. None of them knows the partition, which brings them events
 * and carries out what they have come to.
 *
 * @param settings as they are now
 * @param entrance for what comes later
 */
record Parts(
        PartitionIdentity partition,
        StoredLog stored,
        Replica replica,
        Admission admission,
        Surroundings around,
        Traffic traffic,
        Supplier<TopicSettings> settings,
        Entrance entrance) {}
