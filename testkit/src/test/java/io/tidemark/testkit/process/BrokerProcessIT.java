package io.tidemark.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the JDK's own little web server as a stand-in for whatever is to be started. */
class BrokerProcessIT {

    @TempDir Path scratch;

    @Test
    void shouldStartPauseResumeAndStop() throws IOException {
        try (BrokerProcess process = BrokerProcess.start(webServer(FreePorts.next()))) {
            process.awaitReady(Duration.ofSeconds(60));
            assertThat(process.residentBytes()).isGreaterThan(1 << 20);
            assertThat(process.openFileCount()).isPositive();

            process.pause();
            assertThat(stateOf(process)).isEqualTo("T");
            process.resume();
            process.awaitReady(Duration.ofSeconds(60));

            process.stop(Duration.ofSeconds(60));
            assertThat(process.isAlive()).isFalse();
            assertThat(process.log()).contains("Serving");
        }
    }

    @Test
    void shouldKillAtOnce() {
        try (BrokerProcess process = BrokerProcess.start(webServer(FreePorts.next()))) {
            process.kill9();
            assertThat(process.awaitExit(Duration.ZERO)).hasValue(128 + 9);
        }
    }

    @Test
    void shouldReportTheLogOfAProcessThatEndsBeforeItIsReady() {
        BrokerLaunch launch = webServer(FreePorts.next()).withJvmOptions("--no-such-option");
        try (BrokerProcess process = BrokerProcess.start(launch)) {
            assertThatThrownBy(() -> process.awaitReady(Duration.ofSeconds(60)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended with 1")
                    .hasMessageContaining("--no-such-option");
        }
    }

    private BrokerLaunch webServer(int port) {
        return new BrokerLaunch(
                List.of(),
                List.of("-Xmx32m"),
                List.of(
                        "-m",
                        "jdk.httpserver",
                        "-b",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-d",
                        scratch.toString()),
                Map.of(),
                scratch.resolve("log/server.log"),
                URI.create("http://127.0.0.1:" + port + "/"));
    }

    private static String stateOf(BrokerProcess process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[0];
    }
}
