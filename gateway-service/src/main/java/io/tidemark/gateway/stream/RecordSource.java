package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.PartitionRead;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where a tail's records come from: the partitions' leaders, or their model in the simulation.
 * Called on the tail's thread, and calls back on it, later. Every partition asked for is answered
 * exactly once; a failure is {@link PartitionRead.Unavailable}, after a pause.
 */
interface RecordSource {

    /**
     * Waits for records at the end of the log, then reads them. Answers come by leader, each as
     * soon as it has any.
     *
     * @param offsets the next offset, by the same index as {@code partitions}
     */
    void poll(int[] partitions, long[] offsets, Consumer<List<PartitionRead>> answer);

    /**
     * Reads what is there; one answer.
     *
     * @param maxBytes over all partitions; a single batch may be larger
     */
    void read(int[] partitions, long[] offsets, int maxBytes, Consumer<List<PartitionRead>> answer);

    /** The end offset of every partition of the topic, or an empty array where one is unknown. */
    void ends(Consumer<long[]> answer);

    /** The partitions that nobody leads at the moment. */
    Set<Integer> leaderless();
}
