package io.tidemark.standalone.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * Answers for the failures that no other analyzer knows, by their innermost cause, so that no start
 * ends in a stack trace. Analyzers without an order of their own cannot be followed by a last one;
 * therefore this one asks the others first.
 */
final class AnyFailureAnalyzer implements FailureAnalyzer {

    private final @Nullable BeanFactory beanFactory;
    private final @Nullable Environment environment;

    AnyFailureAnalyzer(@Nullable BeanFactory beanFactory, @Nullable Environment environment) {
        this.beanFactory = beanFactory;
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof FailureAnalyzedException)) {
            root = root.getCause();
        }
        if (root instanceof FailureAnalyzedException known) {
            return known.analysis();
        }
        return others().stream().anyMatch(other -> other.analyze(failure) != null)
                ? null
                : innermostCause(failure, root);
    }

    private List<FailureAnalyzer> others() {
        ArgumentResolver arguments = ArgumentResolver.none();
        if (beanFactory != null) {
            arguments = arguments.and(BeanFactory.class, beanFactory);
        }
        if (environment != null) {
            arguments = arguments.and(Environment.class, environment);
        }
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((m, e) -> {}))
                .stream()
                .filter(other -> !(other instanceof AnyFailureAnalyzer))
                .toList();
    }

    private static FailureAnalysis innermostCause(Throwable failure, Throwable root) {
        String message = root.getMessage();
        String description;
        if (message == null || message.isBlank()) {
            description = root.getClass().getName();
        } else if (isOurs(root)) {
            description = message;
        } else {
            description = message + " (" + root.getClass().getSimpleName() + ")";
        }
        return new FailureAnalysis(
                description,
                "for the stack trace: TIDEMARK_JAVA_OPTS=-Dtidemark.trace=true ./tidemark up",
                failure);
    }

    /** Exceptions of Tidemark's own are written for people: their type adds nothing. */
    private static boolean isOurs(Throwable root) {
        return root.getClass().getName().startsWith("io.tidemark.");
    }
}
