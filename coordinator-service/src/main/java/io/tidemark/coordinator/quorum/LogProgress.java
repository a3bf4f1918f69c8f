package io.tidemark.coordinator.quorum;

/**
 * How far one member is in its own log.
 *
 * @param committedIndex the newest entry that it knows a majority to have; -1 for none
 * @param appliedIndex the newest entry that its state contains; -1 for none
 * @param snapshotIndex the last entry in its newest snapshot; -1 where there is no snapshot
 * @param snapshotAtMs wall clock of the newest snapshot; -1 where there is none
 * @param snapshotBytes size of the newest snapshot; -1 where there is none
 */
public record LogProgress(
        long committedIndex,
        long appliedIndex,
        long snapshotIndex,
        long snapshotAtMs,
        long snapshotBytes) {
    public static final LogProgress NONE = new LogProgress(-1, -1, -1, -1, -1);

    /** Entries that are committed and not applied here yet. */
    public long lag() {
        return Math.max(0, committedIndex - appliedIndex);
    }
}
