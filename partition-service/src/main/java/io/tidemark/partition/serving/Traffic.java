package io.tidemark.partition.serving;

import java.util.concurrent.atomic.LongAdder;

/**
 * What has gone in and out of a partition since it was opened here. What goes in, and requests, are
 * counted on the partition's loop and shown to others by {@link PartitionStats}; what goes out, on
 * any.
 */
public final class Traffic {
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder replicaBytesOut = new LongAdder();
    private long recordsIn;
    private long bytesIn;
    private long appends;
    private long produces;
    private long failedProduces;
    private long fetches;
    private long failedFetches;

    /** On the partition's loop. */
    void appended(long records, int bytes) {
        recordsIn += records;
        bytesIn += bytes;
        appends++;
    }

    /** A produce request names the partition. On the partition's loop. */
    void produced() {
        produces++;
    }

    /** Its batches are not taken. On the partition's loop. */
    void produceFailed() {
        failedProduces++;
    }

    /** A fetch names the partition, and is looked at for the first time. On its loop. */
    public void asked(boolean failed) {
        fetches++;
        failedFetches += failed ? 1 : 0;
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
        return new Counts(
                recordsIn,
                bytesIn,
                appends,
                bytesOut.sum(),
                replicaBytesOut.sum(),
                new Requests(produces, failedProduces, fetches, failedFetches));
    }

    /**
     * Requests that named a partition; one that names ten counts in each of them.
     *
     * @param fetches of consumers and replicas
     */
    public record Requests(long produces, long failedProduces, long fetches, long failedFetches) {
        static final Requests NONE = new Requests(0, 0, 0, 0);

        private Requests plus(Requests other, int sign) {
            return new Requests(
                    produces + sign * other.produces,
                    failedProduces + sign * other.failedProduces,
                    fetches + sign * other.fetches,
                    failedFetches + sign * other.failedFetches);
        }
    }

    /**
     * Counters at one moment.
     *
     * @param appends batches taken as leader
     * @param bytesOut to consumers
     * @param replicaBytesOut to other nodes
     */
    public record Counts(
            long recordsIn,
            long bytesIn,
            long appends,
            long bytesOut,
            long replicaBytesOut,
            Requests requests) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, Requests.NONE);

        public Counts plus(Counts other) {
            return plus(other, 1);
        }

        public Counts minus(Counts other) {
            return plus(other, -1);
        }

        private Counts plus(Counts other, int sign) {
            return new Counts(
                    recordsIn + sign * other.recordsIn,
                    bytesIn + sign * other.bytesIn,
                    appends + sign * other.appends,
                    bytesOut + sign * other.bytesOut,
                    replicaBytesOut + sign * other.replicaBytesOut,
                    requests.plus(other.requests, sign));
        }
    }
}
