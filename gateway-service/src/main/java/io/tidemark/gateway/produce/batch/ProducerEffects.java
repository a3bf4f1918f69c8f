package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;

/**
 * What the decisions of a {@link PartitionProducer} lead to. None of these calls back before it
 * returns.
 */
interface ProducerEffects {
    /** Asks for a new producer id, then calls {@link PartitionProducer#onProducerId}. */
    void askProducerId();

    /**
     * Appends a batch, then calls {@link PartitionProducer#onSent}. Batches sent one after the
     * other reach the same leader in that order.
     *
     * @param attempt names the answer
     * @param batch stays the producer's
     * @param timeoutNanos for the answer
     */
    void send(long attempt, ByteBuf batch, long timeoutNanos);

    /**
     * Calls {@link PartitionProducer#onTimer} after a wait that grows with {@code attempt}, from 1.
     */
    void waitBeforeAttempt(int attempt);

    /** The longest batch that the topic takes now, in bytes. */
    int maxBatchBytes();

    /** How long a leader's broken or full disk is borne, in nanoseconds. */
    long storagePatienceNanos();
}
