package io.tidemark.standalone.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.storage.UnusableFolderException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class AnyFailureAnalyzerTest {
    private final AnyFailureAnalyzer analyzer = new AnyFailureAnalyzer(null, null);

    @Test
    void shouldLeaveMessagesForPeopleAsTheyAre() {
        assertThat(said(new UnusableFolderException("The folder belongs to node 2")))
                .isEqualTo("The folder belongs to node 2");
    }

    @Test
    void shouldNameTheTypeOfWhatWasNotForeseen() {
        assertThat(said(new IllegalStateException("no such thing")))
                .isEqualTo("no such thing (IllegalStateException)");
        assertThat(said(new NullPointerException())).isEqualTo("java.lang.NullPointerException");
    }

    private String said(RuntimeException cause) {
        FailureAnalysis analysis = analyzer.analyze(new RuntimeException("context", cause));
        return Objects.requireNonNull(analysis).getDescription();
    }
}
