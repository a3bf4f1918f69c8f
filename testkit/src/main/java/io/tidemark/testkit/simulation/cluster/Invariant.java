package io.tidemark.testkit.simulation.cluster;

/** What must hold in every cluster at every time. */
public enum Invariant {
    /** What was acknowledged can be read for ever, above the log's start. */
    ACKNOWLEDGED_IS_KEPT,
    /** Below the high watermark, an offset has the same bytes on every replica. */
    ONE_LOG,
    /** High watermark, log start and leader epoch of a replica never go back while it runs. */
    MONOTONE,
    /** An epoch of a partition has one leader at most. */
    ONE_LEADER_PER_EPOCH,
    /** Replicas agree which epoch wrote what, below the high watermark. */
    ONE_EPOCH_HISTORY,
    /** The high watermark is below the synced ends of min.insync.replicas replicas. */
    WATERMARK_IS_DURABLE,
    /** The in-sync and the eligible replicas are assigned ones, and disjoint. */
    IN_SYNC_IS_ASSIGNED,
    /** Whoever may be elected has all that was ever acknowledged. */
    ELECTABLE_IS_COMPLETE,
    /** No batch of an idempotent producer is stored twice, nor after a later epoch's. */
    STORED_ONCE,
    /** Nothing of a leader epoch follows a later epoch's. */
    NO_FENCED_WRITE,
    /** What was synced is there after a crash, one in the middle of recovery included. */
    SYNCED_SURVIVES,
    /** Retention and DeleteRecords remove nothing above the high watermark. */
    START_BELOW_WATERMARK,
    /** Coordinators have equal metadata at equal versions. */
    ONE_METADATA,
    /** Epochs of the metadata grow, by one leader at a time, elected from the electable. */
    METADATA_MOVES_FORWARD,
    /** Readers see every record once, in order. */
    READ_IN_ORDER,
    /** No replica leaves the in-sync set and joins it over and over. */
    SETTLES,
    /** Once all faults have ended, every replica is in sync and every client gets on. */
    CONVERGES
}
