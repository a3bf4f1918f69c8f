package io.tidemark.testkit.simulation.cluster;

/**
 * A bug that can be put in, to prove that the simulation would find it. Each changes what passes
 * between a core and the world around it, at one place; the cores are what they are.
 */
public enum Mutation {
    NONE,
    /** Replicas count as safe what they have only written. */
    ACK_BEFORE_SYNC,
    /** A disk says it has synced and has not. */
    SYNC_DOES_NOTHING,
    /** Leaders take min.insync.replicas for 1. */
    MIN_IN_SYNC_IGNORED,
    /** Leaders count an in-sync set when they have proposed it. */
    PROPOSAL_COUNTS_AT_ONCE,
    /**
     * A follower cuts its log to its high watermark whenever the leader changes (before KIP-101).
     */
    TRUNCATE_TO_WATERMARK,
    /**
     * Followers do not say which epoch their last record is of, so that leaders see no divergence.
     */
    DIVERGENCE_IGNORED,
    /** A node with a new, empty disk says it is the old one. */
    WIPED_KEEPS_PLACE,
    /** The coordinator takes any live replica for a leader where none is eligible. */
    UNCLEAN_ELECTION,
    /** Eligible replicas stay eligible when min.insync.replicas becomes smaller. */
    ELIGIBLE_NOT_CLEARED,
    /** A new leader does not know what producers have sent. */
    PRODUCERS_FORGOTTEN,
    /** A new leader has the epoch of the old one. */
    EPOCH_NOT_BUMPED,
    /** The coordinator takes changes of in-sync sets that are based on old ones. */
    STALE_CHANGE_ACCEPTED,
    /** The coordinator lets an incarnation into an in-sync set for what the one before had. */
    NODE_EPOCH_IGNORED,
    /** A follower says that it has lost records whenever it is in sync. */
    LOSS_TOLD_AGAIN,
    /** One coordinator applies a command in another way than the others. */
    METADATA_DIVERGES,
    /** Records above the high watermark can be deleted. */
    DELETE_ABOVE_WATERMARK,
    /** After a crash, files are trusted as after a clean stop. */
    RECOVERY_SKIPPED,
    /** Reads go to the log's end. */
    READ_ABOVE_WATERMARK
}
