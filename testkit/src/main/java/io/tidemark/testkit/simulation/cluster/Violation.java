package io.tidemark.testkit.simulation.cluster;

/** An invariant does not hold. Not for anyone to handle but the one who runs the seed. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Invariant invariant;

    Violation(Invariant invariant, String message) {
        super(invariant + ": " + message);
        this.invariant = invariant;
    }

    public Invariant invariant() {
        return invariant;
    }

    /** Throws where {@code holds} is false. The message is made only then. */
    static void unless(boolean holds, Invariant invariant, String message, Object... arguments) {
        if (!holds) {
            throw new Violation(invariant, message.formatted(arguments));
        }
    }
}
