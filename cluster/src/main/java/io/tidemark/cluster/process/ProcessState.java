package io.tidemark.cluster.process;

/** What the operating system and the data folder say of a member. */
public enum ProcessState {
    DOWN,
    /** Its process runs and has not said, or says no longer, that it serves. */
    STARTING_OR_STOPPING,
    UP,
    /** Stopped by a signal: its sockets stay open, nothing answers. */
    PAUSED
}
