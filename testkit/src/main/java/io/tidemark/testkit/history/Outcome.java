package io.tidemark.testkit.history;

/** How a send ended, as far as its client knows. */
public sealed interface Outcome {

    /** The broker confirmed the record at this offset: it must be there for ever. */
    record Acknowledged(long offset) implements Outcome {}

    /** The broker refused the record, certainly without writing it: it must never be seen. */
    record Refused() implements Outcome {}

    /** No answer, or one that leaves it open: the record may be there once, or not at all. */
    record Unknown() implements Outcome {}
}
