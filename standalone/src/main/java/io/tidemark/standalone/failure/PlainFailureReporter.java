package io.tidemark.standalone.failure;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Prints why the broker cannot start, plainly; the stack trace only where it is asked for. */
final class PlainFailureReporter implements FailureAnalysisReporter {

    /** What Spring advises where a setting has a wrong value. */
    private static final String SPRINGS_ADVICE = "Update your application's configuration";

    private static final String OURS = "correct the setting; docs/CONFIGURATION.md lists them all";

    @Override
    public void report(FailureAnalysis analysis) {
        StringBuilder text = new StringBuilder("\nTidemark cannot start: ");
        text.append(analysis.getDescription().strip());
        String action = analysis.getAction();
        if (action != null && !action.isBlank()) {
            text.append("\n  → ").append(action.equals(SPRINGS_ADVICE) ? OURS : action.strip());
        }
        System.err.println(text);
        if (Boolean.getBoolean("tidemark.trace")) {
            analysis.getCause().printStackTrace();
        }
    }
}
