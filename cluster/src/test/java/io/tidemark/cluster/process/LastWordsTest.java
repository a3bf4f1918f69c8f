package io.tidemark.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastWordsTest {
    @TempDir private Path folder;

    private LastWords of(String log) throws IOException {
        return LastWords.in(Files.writeString(folder.resolve("node-1.log"), log));
    }

    @Test
    void shouldTellACleanStop() throws IOException {
        assertThat(of("=== node-1 is started\nThe node is ready (2.0 s): x\nStopped.\n"))
                .isEqualTo(new LastWords.Stopped());
    }

    @Test
    void shouldTellWhyItCouldNotStart() throws IOException {
        assertThat(of("=== node-1 is started\n\nTidemark cannot start: no room.\n  → make some\n"))
                .isEqualTo(new LastWords.Failed("no room."));
    }

    @Test
    void shouldNameTheSettingThatCouldNotBe() throws IOException {
        assertThat(
                        of(
                                """
                                === node-1 is started
                                Tidemark cannot start: Failed to bind properties under 'a' to io.tidemark.A:

                                    Reason: java.lang.IllegalArgumentException: a.b is 1: must be at least 10
                                  → correct the setting
                                """))
                .isEqualTo(new LastWords.Failed("a.b is 1: must be at least 10"));
    }

    @Test
    void shouldTellWhyItEndedThoughItStoppedInOrder() throws IOException {
        assertThat(
                        of(
                                "=== node-1 is started\n12:00:00.000 ERROR FatalStop: The process stops: every"
                                        + " disk failed\nStopped.\n"))
                .isEqualTo(new LastWords.Failed("every disk failed"));
    }

    @Test
    void shouldTellOnlyOfTheLastRun() throws IOException {
        assertThat(
                        of(
                                "=== node-1 is started\nStopped.\n=== node-1 is started\nThe node is ready\n"))
                .isEqualTo(new LastWords.None());
    }

    @Test
    void shouldKnowNothingWithoutALog() {
        assertThat(LastWords.in(folder.resolve("none.log"))).isEqualTo(new LastWords.None());
    }
}
