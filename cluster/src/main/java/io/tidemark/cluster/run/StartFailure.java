package io.tidemark.cluster.run;

/** A cluster cannot start; the message says why, for a person to read. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }
}
