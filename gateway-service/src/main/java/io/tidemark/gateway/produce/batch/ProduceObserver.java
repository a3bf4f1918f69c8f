package io.tidemark.gateway.produce.batch;

import io.tidemark.protocol.ErrorCode;

/** Told of what happens to batches, for metrics. Called on event loops; must be quick. */
public interface ProduceObserver {

    /**
     * A batch is in the log.
     *
     * @param nanos since it was built, all attempts included
     */
    void batchAppended(int records, int bytes, long nanos);

    /** A leader refused a batch; it may be tried again. */
    void batchRefused(ErrorCode error);
}
