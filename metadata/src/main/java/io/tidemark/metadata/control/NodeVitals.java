package io.tidemark.metadata.control;

import java.util.List;

/**
 * What a node tells of itself with a heartbeat. Bounded: what there is more of is counted, not
 * named.
 *
 * @param wallMs the node's clock when it was sent
 * @param slow log directories whose syncs take long at present; the first {@value #MOST_NAMED}
 * @param damagedPartitions stored here in which damage was found that is not mended yet
 * @param damaged the first {@value #MOST_NAMED} of them
 * @param mendedPlaces damaged places that were put back since the process started
 */
public record NodeVitals(
        long wallMs,
        List<SlowDirectory> slow,
        int damagedPartitions,
        List<Place> damaged,
        long mendedPlaces) {

    /** Of a list, how many are told. */
    public static final int MOST_NAMED = 5;

    public NodeVitals {
        slow = slow.stream().limit(MOST_NAMED).toList();
        damaged = damaged.stream().limit(MOST_NAMED).toList();
    }

    /**
     * @param syncMs how long a sync takes there, as a moving average
     */
    public record SlowDirectory(String path, long syncMs) {}

    /** A partition by its topic's name. */
    public record Place(String topic, int partition) {}
}
