package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the way of a start is told in plain words, with a non-zero exit code. */
class StartFailureIT {

    @TempDir Path scratch;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tidemark.gateway.port",
                "tidemark.partition.port",
                "management.server.port"
            })
    void shouldNameThePortInUse(String setting) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            Installation installation = Installation.tidemark(scratch.resolve("data"));
            String message =
                    messageOfFailedStart(
                            installation.launchedBy(installation.launch().with(setting, port)));
            assertThat(message).contains("port " + port).contains("in use").contains(setting);
        }
    }

    @Test
    void shouldNameTheProcessThatHoldsTheDataFolder() {
        Path data = scratch.resolve("data");
        try (Broker holder = Broker.start(data)) {
            String message = messageOfFailedStart(Installation.tidemark(data));
            assertThat(message)
                    .contains(data.toString())
                    .containsAnyOf("in use", "locked")
                    .contains(Long.toString(holder.process().pid()));
            assertThat(holder.process().isAlive()).isTrue();
        }
    }

    @Test
    void shouldRefuseAForeignFolderAndLeaveItAlone() throws IOException {
        Path data = Files.createDirectories(scratch.resolve("photos"));
        Files.writeString(data.resolve("holiday.jpg"), "not a log");
        String message = messageOfFailedStart(Installation.tidemark(data));
        assertThat(message).contains("holiday.jpg").contains(data.toString());
        try (var files = Files.list(data)) {
            assertThat(files).containsExactly(data.resolve("holiday.jpg"));
        }
    }

    @Test
    void shouldRefuseAFolderItCannotMake() throws IOException {
        Path file = Files.writeString(scratch.resolve("a-file"), "in the way");
        assertThat(messageOfFailedStart(Installation.tidemark(file.resolve("data"))))
                .contains("a-file");
    }

    @Test
    void shouldRefuseAnUnwritableFolder() {
        // The kernel lets nobody write here, not even root.
        Path unwritable = Path.of("/proc/self");
        assumeTrue(Files.isDirectory(unwritable), "there is no /proc");
        assertThat(messageOfFailedStart(Installation.tidemark(unwritable.resolve("data"))))
                .contains("/proc/self/data");
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        Installation installation = Installation.tidemark(scratch.resolve("data"));
        assertThat(
                        messageOfFailedStart(
                                installation.launchedBy(
                                        installation
                                                .launch()
                                                .with("tidemark.gateway.port", "eighty"))))
                .contains("eighty");
    }

    private static String messageOfFailedStart(Installation installation) {
        try (Broker broker = Broker.begin(installation)) {
            assertThat(broker.process().awaitExit(Duration.ofSeconds(60)))
                    .as(() -> "exit code; log: " + broker.process().log())
                    .hasValue(1);
            String log = broker.process().log();
            assertThat(log).contains("cannot start").doesNotContain("\tat ");
            return log;
        }
    }
}
