package io.tidemark.standalone.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortCheckTest {

    private static final String KEY = "tidemark.gateway.port";

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void shouldNamePortAndSettingWhenThePortIsTaken() throws IOException {
        try (ServerSocket taken = listen()) {
            int port = taken.getLocalPort();

            assertThatExceptionOfType(StartupProblem.class)
                    .isThrownBy(() -> PortCheck.requireFree("HTTP gateway", "127.0.0.1", port, KEY))
                    .satisfies(
                            problem -> {
                                assertThat(problem.analysis().getDescription())
                                        .startsWith("port " + port + " (HTTP gateway) is in use");
                                assertThat(problem.analysis().getAction())
                                        .contains("--" + KEY + "=");
                            });
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameTheProcessThatHoldsThePort() throws IOException {
        try (ServerSocket taken = listen()) {
            assertThat(PortOwner.describe(taken.getLocalPort()))
                    .hasValueSatisfying(
                            owner ->
                                    assertThat(owner)
                                            .startsWith(
                                                    "process "
                                                            + ProcessHandle.current().pid()
                                                            + " ("));
        }
    }

    @Test
    void shouldPassWhenThePortIsFree() throws IOException {
        int port;
        try (ServerSocket free = listen()) {
            port = free.getLocalPort();
        }

        assertThatNoException()
                .isThrownBy(() -> PortCheck.requireFree("HTTP gateway", "127.0.0.1", port, KEY));
    }

    @Test
    void shouldRefuseWhatIsNoPort() {
        assertThatExceptionOfType(StartupProblem.class)
                .isThrownBy(() -> PortCheck.requireFree("HTTP gateway", "127.0.0.1", 70_000, KEY))
                .satisfies(
                        problem ->
                                assertThat(problem.analysis().getDescription())
                                        .isEqualTo(KEY + "=70000 is not a port."));
    }

    @Test
    void shouldRefuseAnAddressOfAnotherMachine() {
        assertThatExceptionOfType(StartupProblem.class)
                .isThrownBy(() -> PortCheck.requireFree("HTTP gateway", "192.0.2.1", 18_080, KEY))
                .satisfies(
                        problem ->
                                assertThat(problem.analysis().getDescription())
                                        .contains("192.0.2.1"));
    }
}
