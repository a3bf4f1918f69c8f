package io.tidemark.systemtest.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/API.md}, pasted from top to bottom. */
@SharedBroker
class ApiPageIT {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```shell\\n(.*?)^```$");

    /** What is an error to HTTP is one to the shell, and ends the paste with its answer. */
    private static final String STRICT =
            """
            set -euo pipefail
            curl() { command curl -sS --fail-with-body --max-time 60 "$@"; echo; }
            set -x
            """;

    @TempDir Path folder;

    private final Broker broker;

    ApiPageIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldBePastedFromTopToBottom() throws Exception {
        // Given
        String page = Files.readString(page());
        List<String> blocks = BLOCK.matcher(page).results().map(ApiPageIT::commands).toList();
        assertThat(blocks).hasSizeGreaterThan(7);
        String cluster;
        try (Http http = new Http(broker)) {
            cluster = http.clusterPath();
        }
        String script =
                STRICT
                        + String.join("\n", blocks)
                                .replace("localhost:8080", broker.http("").getAuthority())
                                .replace("/v3/clusters/tidemark", cluster);
        Path file = Files.writeString(folder.resolve("page.sh"), script);
        Path output = folder.resolve("output");

        // When
        Process shell =
                new ProcessBuilder("bash", file.toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = shell.waitFor(180, TimeUnit.SECONDS);
        shell.destroyForcibly();

        // Then
        String said = new String(Files.readAllBytes(output), UTF_8);
        assertThat(ended && shell.waitFor() == 0)
                .as(said.substring(Math.max(0, said.length() - 3_000)))
                .isTrue();
        assertThat(said).contains("io.tidemark.record").contains("\"dry_run\":true");
    }

    private static String commands(MatchResult block) {
        return block.group(1);
    }

    private static Path page() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("docs/API.md"))) {
            here = Objects.requireNonNull(here.getParent(), "docs/API.md is nowhere above");
        }
        return here.resolve("docs/API.md");
    }
}
