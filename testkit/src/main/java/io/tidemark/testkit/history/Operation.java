package io.tidemark.testkit.history;

/**
 * One step of a client. A history lists operations in the order in which they began; the order of
 * two operations matters only within one process.
 *
 * <p>A process is a client that vouches for the order of its own sends: an idempotent producer, or
 * a caller that awaits each answer. A client that loses that order goes on under a new number.
 */
public sealed interface Operation {

    int process();

    Partition partition();

    /** An attempt to append {@code value}, which is unique within its partition. */
    record Send(int process, Partition partition, long value, Outcome outcome)
            implements Operation {}

    /** One record as a reader received it. */
    record Poll(int process, Partition partition, long offset, long value) implements Operation {}

    /** The reader chose a position: what it polls next need not follow what it polled before. */
    record Seek(int process, Partition partition) implements Operation {}
}
