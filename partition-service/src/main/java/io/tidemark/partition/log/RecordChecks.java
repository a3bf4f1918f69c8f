package io.tidemark.partition.log;

/** How far a log looks into the records of a producer's batches before it appends them. */
public enum RecordChecks {
    /** At all of them, however long that takes. */
    ALL,
    /** At those that do not inflate to much more than they are; the others are left alone. */
    BRIEF,
    /** At none: it was done before. */
    DONE
}
