package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.process.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk whose fdatasync fails. After that nobody knows what is on it: no acknowledgement may be
 * given, and a later success means nothing (the kernel drops the pages it could not write).
 */
class FailedSyncIT {

    @TempDir Path scratch;

    @BeforeEach
    void requireTracer() {
        assumeTrue(ExternalCommand.isInstalled("strace"), "strace is not installed");
        assumeTrue(
                ExternalCommand.run("strace", "-qq", "-e", "trace=none", "true").exitCode() == 0,
                "strace may not trace here");
    }

    @Test
    void shouldAcknowledgeNothingOnceASyncHasFailed() throws IOException, InterruptedException {
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            // Given
            String topic = Clients.newTopic(broker, 1);
            produce(http, topic, "before").expect(200);

            // When
            Process tracer = failSyncs(broker.process().pid());
            try {
                assertRefused(http, topic, "during");
            } finally {
                tracer.destroy();
                tracer.waitFor();
            }

            // Then: syncs would succeed again, but the folder is not to be trusted before a
            // restart.
            // It is the only one, so the process ends by itself.
            assertRefused(http, topic, "after");
            assertThat(broker.process().awaitExit(Clients.PATIENCE))
                    .as("exit code")
                    .isNotEmpty()
                    .isNotEqualTo(OptionalInt.of(0));
            assertThat(broker.process().log())
                    .containsPattern("ERROR.*[Ll]og directory .* has failed");

            // And a restart brings back all that was acknowledged, in its place
            broker.restart();
            await().atMost(Clients.PATIENCE)
                    .until(() -> produce(http, topic, "again").status() == 200);
            assertThat(Clients.readAll(broker, topic, 0, 2).getFirst().value()).isEqualTo("before");
        }
    }

    private static Http.Answer produce(Http http, String topic, String value) {
        return http.post("/topics/" + topic + "/events", "text/plain", value);
    }

    /** A broker that ends is as good as one that answers with an error: no answer is no promise. */
    private static void assertRefused(Http http, String topic, String value) {
        try {
            Http.Answer answer = produce(http, topic, value);
            assertThat(answer.status()).as(answer.body()).isGreaterThanOrEqualTo(500);
        } catch (UncheckedIOException ended) {
            assertThat(ended).hasCauseInstanceOf(IOException.class);
        }
    }

    private Process failSyncs(long pid) throws IOException {
        Path ready = scratch.resolve("strace.log");
        Process tracer =
                new ProcessBuilder(
                                List.of(
                                        "strace",
                                        "-f",
                                        "-p",
                                        Long.toString(pid),
                                        "-e",
                                        "trace=fdatasync,fsync",
                                        "-e",
                                        "inject=fdatasync,fsync:error=EIO"))
                        .redirectErrorStream(true)
                        .redirectOutput(ready.toFile())
                        .start();
        await().atMost(Clients.PATIENCE).until(() -> Files.readString(ready).contains("attached"));
        return tracer;
    }
}
