package io.tidemark.testkit.simulation;

/**
 * The simulated machine went down in the middle of an operation. Not an I/O failure: nobody handles
 * it, as nobody outlives a crash.
 */
public final class CrashException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CrashException(String operation) {
        super("Crashed at " + operation);
    }
}
