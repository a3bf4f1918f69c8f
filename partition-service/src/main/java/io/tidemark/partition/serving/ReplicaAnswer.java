package io.tidemark.partition.serving;

import io.tidemark.protocol.ErrorCode;

/** What a leader answers a replica that fetches. */
public sealed interface ReplicaAnswer {

    /**
     * It is given what lies between its offset and the log's end.
     *
     * @param later not now: it is not in sync, and this leader has handed out to such replicas what
     *     it may
     */
    record Reads(boolean later) implements ReplicaAnswer {}

    /**
     * Its log is not a beginning of this one (KIP-595): it must be cut.
     *
     * @param leaderEpoch the largest epoch known here that is not larger than its last
     * @param endOffset where that epoch ends here
     */
    record Diverges(int leaderEpoch, long endOffset) implements ReplicaAnswer {}

    /** What it wants is not here any more, or not yet. */
    record OutOfRange(long logStartOffset) implements ReplicaAnswer {}

    record Refused(ErrorCode error) implements ReplicaAnswer {}
}
