package io.tidemark.standalone.failure;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** A reason not to start that is the surroundings' doing, with what to do about it. */
public final class StartupProblem extends FailureAnalyzedException {

    private static final long serialVersionUID = 1L;

    /**
     * @param description what is wrong, one sentence
     * @param action what to do, one sentence
     */
    public StartupProblem(String description, String action) {
        super(description, action);
    }
}
