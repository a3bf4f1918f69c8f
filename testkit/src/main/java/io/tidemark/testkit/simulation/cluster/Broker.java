package io.tidemark.testkit.simulation.cluster;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;

/** What clients ask of a partition node; of one topic, by partition. */
interface Broker {

    /** Who leads, as far as this node knows. */
    void locate(int partition, Reply<Located> reply);

    /**
     * Appends with acks=all.
     *
     * @param batch not changed
     */
    void produce(int partition, byte[] batch, long timeoutMs, Reply<Produced> reply);

    /** Reads up to the high watermark. */
    void fetch(int partition, long offset, int leaderEpoch, Reply<Fetched> reply);

    /** Deletes what lies below an offset. */
    void deleteRecords(int partition, long offset, Reply<Deleted> reply);

    /**
     * @param leader -1 where nobody leads
     */
    record Located(int leader, int leaderEpoch) {}

    record Produced(ErrorCode error, long baseOffset) {}

    record Deleted(ErrorCode error, long logStartOffset) {}

    /**
     * @param records whole batches, but for the last one maybe
     */
    record Fetched(ErrorCode error, long highWatermark, long logStartOffset, byte[] records) {}
}
