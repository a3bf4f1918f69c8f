package io.tidemark.testkit.simulation.cluster;

/** What may go wrong, or be changed while things go wrong. */
enum Fault {
    /** A node loses power, or only its process dies; it is started again a little later. */
    CRASH_NODE,
    /** All nodes lose power at once. */
    CRASH_ALL,
    /** A node goes down in the middle of an operation of its disk, recovery included. */
    CRASH_IN_OPERATION,
    /** A node stops for a while, as with SIGSTOP. */
    PAUSE_NODE,
    /** A message in one direction between two processes is lost. */
    CUT_LINK,
    /** A process is cut off from all others. */
    ISOLATE,
    /** Messages between two processes are late, for a while. */
    CLOG,
    /** Messages are lost, doubled and overtake each other. */
    BAD_NETWORK,
    /** A disk takes up to seconds for a sync. */
    SLOW_DISK,
    /** A disk is full, for a while. */
    DISK_FULL,
    /** A sync fails: the log directory is lost until the process starts again. */
    INPUT_OUTPUT_ERROR,
    /** A node is started again with an empty disk. */
    WIPE,
    /** A bit changes on one disk. */
    FLIP_BIT,
    /** A coordinator goes down, or all of them. */
    CRASH_COORDINATOR,
    /** A coordinator stops for a while. */
    PAUSE_COORDINATOR,
    /** Another coordinator leads. */
    CHANGE_COORDINATOR,
    /** The wall clock of a node jumps. */
    CLOCK,
    /** A producer starts again under a new epoch. */
    CRASH_CLIENT,
    /** Replicas are moved, or a move is taken back. */
    REASSIGN,
    /** A node announces its stop, and stops. */
    DRAIN,
    /** min.insync.replicas changes. */
    MIN_IN_SYNC,
    /** A client deletes records. */
    DELETE_RECORDS,
    /** Preferred leaders are asked for. */
    ELECT_PREFERRED,
    /** From now on, proposals of in-sync sets may be held up for seconds, or come twice. */
    LATE_PROPOSALS
}
