package io.tidemark.coordinator.group.pattern;

/** What becomes of a pattern that a member brings. */
public sealed interface Verdict {

    /** It is one; what it matches is known, or will be. */
    record Valid() implements Verdict {}

    /**
     * @param reason for people; no full stop
     */
    record Invalid(String reason) implements Verdict {}

    /** Too many wait to be compiled or matched: not now. */
    record Busy() implements Verdict {}

    /** This coordinator leads no more. */
    record Closed() implements Verdict {}
}
