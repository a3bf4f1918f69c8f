package io.tidemark.partition.serving;

import io.tidemark.protocol.ErrorCode;

/**
 * A partition's appends that wait: for the in-sync replicas (acks=all), or for this one (acks=1).
 * Owned by the partition's event loop.
 */
final class Acknowledgements {
    private final AppendQueue untilCommitted = new AppendQueue();
    private final AppendQueue untilStoredHere = new AppendQueue();

    AppendQueue queue(boolean allReplicas) {
        return allReplicas ? untilCommitted : untilStoredHere;
    }

    /** Answers what is safe now. */
    void release(long localEnd, long highWatermark, long logStartOffset) {
        untilStoredHere.release(localEnd, logStartOffset);
        untilCommitted.release(highWatermark, logStartOffset);
    }

    /** Gives up those that wait for the in-sync replicas. */
    void failCommits(ErrorCode error, String message) {
        untilCommitted.fail(error, message);
    }

    /** Gives up all. */
    void fail(ErrorCode error, String message) {
        untilCommitted.fail(error, message);
        untilStoredHere.fail(error, message);
    }

    /** Gives up those whose time is over; returns whether none waits any more. */
    boolean expire(long nowNanos) {
        untilCommitted.expire(nowNanos);
        untilStoredHere.expire(nowNanos);
        return untilCommitted.isEmpty() && untilStoredHere.isEmpty();
    }
}
