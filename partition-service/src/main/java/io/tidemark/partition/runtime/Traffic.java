package io.tidemark.partition.runtime;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has gone in and out of a partition since it was opened here. What goes in is counted on the
 * partition's loop and shown to others by {@link PartitionStats}; what goes out, on any.
 */
public final class Traffic {
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder replicaBytesOut = new LongAdder();
    private long recordsIn;
    private long bytesIn;
    private long appends;

    /** On the partition's loop. */
    void appended(long records, int bytes) {
        recordsIn += records;
        bytesIn += bytes;
        appends++;
    }

    /**
     * A fetch was answered. Any thread.
     *
     * @param bytes of record batches, at least 1
     */
    public void fetched(int bytes, boolean byReplica) {
        (byReplica ? replicaBytesOut : bytesOut).add(bytes);
    }

    /** As of now. On the partition's loop. */
    Counts counts() {
        return new Counts(recordsIn, bytesIn, appends, bytesOut.sum(), replicaBytesOut.sum());
    }

    /**
     * Counters at one moment.
     *
     * @param appends batches taken as leader
     * @param bytesOut to consumers
     * @param replicaBytesOut to other nodes
     */
    public record Counts(
            long recordsIn, long bytesIn, long appends, long bytesOut, long replicaBytesOut) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(
                    recordsIn + other.recordsIn,
                    bytesIn + other.bytesIn,
                    appends + other.appends,
                    bytesOut + other.bytesOut,
                    replicaBytesOut + other.replicaBytesOut);
        }

        public Counts minus(Counts other) {
            return new Counts(
                    recordsIn - other.recordsIn,
                    bytesIn - other.bytesIn,
                    appends - other.appends,
                    bytesOut - other.bytesOut,
                    replicaBytesOut - other.replicaBytesOut);
        }
    }
}
