package io.tidemark.partition.serving;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.replica.Leadership;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replica.Role;

/**
 * What other threads may know of a partition, as of its last housekeeping or survey.
 *
 * @param sizeBytes of all segments
 * @param corrupt whether damage was found in it
 * @param leading whether this node leads it
 * @param inSync what a leader knows of its replicas; {@link InSync#NONE} elsewhere
 * @param traffic since it was opened here
 */
public record PartitionStats(
        long sizeBytes,
        long logStartOffset,
        long logEndOffset,
        long highWatermark,
        boolean corrupt,
        boolean leading,
        InSync inSync,
        Traffic.Counts traffic) {

    /**
     * A leader's replicas, itself included.
     *
     * @param replicas assigned, those that a reassignment is yet to bring left out
     * @param minInSync min.insync.replicas of the topic
     * @param lag records that the replica which is furthest behind lacks
     */
    public record InSync(int replicas, int inSync, int minInSync, long lag) {
        public static final InSync NONE = new InSync(0, 0, 0, 0);
    }

    static PartitionStats of(PartitionLog log, Replica replica, Traffic traffic) {
        InSync inSync =
                replica.role() instanceof Role.Leading(Leadership leadership)
                        ? new InSync(
                                leadership.assignedCount(),
                                leadership.inSyncCount(),
                                replica.minInSync(),
                                leadership.largestLag(log.logEndOffset()))
                        : InSync.NONE;
        return new PartitionStats(
                log.sizeBytes(),
                log.logStartOffset(),
                log.logEndOffset(),
                replica.highWatermark(),
                !log.corruption().isEmpty(),
                replica.leading(),
                inSync,
                traffic.counts());
    }
}
