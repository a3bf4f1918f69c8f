package io.tidemark.testkit.history;

import java.util.SortedSet;

/** Something in a history that a correct log cannot have done. */
public sealed interface Anomaly {

    Partition partition();

    /** Acknowledged, read past, and yet not there. */
    record LostWrite(Partition partition, long offset, long value, long lastPolledOffset)
            implements Anomaly {}

    /** Acknowledged beyond everything that was read, although reading went on to the end. */
    record Unseen(Partition partition, long offset, long value) implements Anomaly {}

    /** One value at several offsets. */
    record Duplicate(Partition partition, long value, SortedSet<Long> offsets) implements Anomaly {}

    /** Several values at one offset: acknowledgements and readers disagree. */
    record InconsistentOffset(Partition partition, long offset, SortedSet<Long> values)
            implements Anomaly {}

    /** A process sent {@code earlier} before {@code later}, but the log holds them otherwise. */
    record NonMonotonicSend(Partition partition, int process, Entry earlier, Entry later)
            implements Anomaly {}

    /** A reader went back, or stood still, without having sought. */
    record NonMonotonicPoll(Partition partition, int process, Entry earlier, Entry later)
            implements Anomaly {}

    /** A reader passed over a record that is known to be there. */
    record SkippedPoll(Partition partition, int process, Entry earlier, Entry later, long skipped)
            implements Anomaly {}

    /** A refused record was read. */
    record RefusedRead(Partition partition, long offset, long value) implements Anomaly {}

    /** A record was read that nobody sent to this partition. */
    record Phantom(Partition partition, long offset, long value) implements Anomaly {}

    /** A value and where it stands. */
    record Entry(long offset, long value) {}
}
