package io.tidemark.gateway.produce.batch;

import io.tidemark.gateway.error.ApiError;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of the records of one request. Each record's outcome is set once, on the loop of its
 * partition; when all are there, the listener runs on the executor that it came with, and may read
 * them.
 */
public final class Delivery {

    private final int[] partitions;
    private final long[] offsets;
    private final long[] timestamps;
    private final @Nullable ApiError[] errors;
    private final AtomicInteger open;
    private final Executor executor;
    private final Consumer<Delivery> listener;

    /**
     * @param listener runs once, on {@code executor}
     */
    public Delivery(int records, Executor executor, Consumer<Delivery> listener) {
        this.partitions = new int[records];
        this.offsets = new long[records];
        this.timestamps = new long[records];
        this.errors = new ApiError[records];
        this.open = new AtomicInteger(records);
        this.executor = executor;
        this.listener = listener;
    }

    /** How many records. */
    public int size() {
        return offsets.length;
    }

    /** What went wrong with a record; null where it is stored. */
    public @Nullable ApiError error(int index) {
        return errors[index];
    }

    public int partition(int index) {
        return partitions[index];
    }

    /** The record's offset; -1 where it is stored but its offset was lost with the response. */
    public long offset(int index) {
        return offsets[index];
    }

    /** The record's timestamp in the log, in milliseconds since the epoch. */
    public long timestampMs(int index) {
        return timestamps[index];
    }

    void stored(int index, int partition, long offset, long timestampMs, Completions completions) {
        partitions[index] = partition;
        offsets[index] = offset;
        timestamps[index] = timestampMs;
        settle(completions);
    }

    void failed(int index, int partition, ApiError error, Completions completions) {
        partitions[index] = partition;
        offsets[index] = -1;
        errors[index] = error;
        settle(completions);
    }

    private void settle(Completions completions) {
        if (open.decrementAndGet() == 0) {
            completions.add(this);
        }
    }

    Executor executor() {
        return executor;
    }

    /** Tells the listener. On the executor. */
    void announce() {
        listener.accept(this);
    }
}
