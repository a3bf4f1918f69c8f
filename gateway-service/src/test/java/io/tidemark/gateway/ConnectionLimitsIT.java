package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients that connect and do not go on. */
class ConnectionLimitsIT extends RunningGateway {

    private static final int OF_ONE = 4;

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.max-connections",
                "6",
                "tidemark.gateway.max-connections-per-address",
                Integer.toString(OF_ONE),
                "tidemark.gateway.header-timeout",
                "1s",
                "tidemark.gateway.request-timeout",
                "2s");
    }

    @Test
    void shouldLeaveConnectionsToOtherAddresses() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < OF_ONE; i++) {
                open.add(using("127.0.0.2"));
            }
            await(() -> connections() == OF_ONE);
            assertThat(answer(using("127.0.0.2"), "")).startsWith("HTTP/1.1 503").contains("50304");
            // Others are served, until all are taken
            open.add(using("127.0.0.3"));
            assertThat(answer(open.getLast(), head("GET /topics"))).startsWith("HTTP/1.1 200");
            open.add(using("127.0.0.4"));
            await(() -> connections() == OF_ONE + 2);
            assertThat(answer(using("127.0.0.5"), "")).startsWith("HTTP/1.1 503");
            assertThat(
                            context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                                    .get("tidemark.gateway.connections.refused")
                                    .functionCounter()
                                    .count())
                    .isEqualTo(2);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        // And those that went make room
        await(() -> connections() == 0);
    }

    @Test
    void shouldNotWaitForHeadsThatDoNotComeToAnEnd() throws IOException {
        try (Socket silent = using("127.0.0.2");
                Socket slow = using("127.0.0.2");
                Socket second = using("127.0.0.2");
                Socket idle = using("127.0.0.3")) {
            // Given: one that served a request, and begins another
            assertThat(answer(idle, head("GET /topics"))).startsWith("HTTP/1.1 200");
            assertThat(answer(second, head("GET /topics"))).startsWith("HTTP/1.1 200");
            write(second, "GET /topics HTTP/1.1\r\nHost: ");
            write(slow, "GET /topics HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            trickle(slow);

            // Then: all but the one that is idle between two requests
            assertThat(answer(silent, "")).isEmpty();
            assertThat(answer(second, "")).isEmpty();
            await(() -> connections() == 1);
            assertThat(answer(idle, head("GET /topics"))).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void shouldNotWaitForBodiesThatDoNotComeToAnEnd() throws IOException {
        for (String start :
                List.of(
                        "POST /topics/orders/events",
                        "POST /topics/orders",
                        "POST /v3/clusters/cluster-1/topics")) {
            String type = start.endsWith("orders") ? JSON : "application/json";
            try (Socket socket = using("127.0.0.2")) {
                String answer =
                        answer(
                                socket,
                                start
                                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
                                        + "Content-Type: "
                                        + type
                                        + "\r\n\r\n{");
                assertThat(answer).as(start).startsWith("HTTP/1.1 408");
            }
        }
    }

    /** A byte at a time, until nobody takes it. */
    private static void trickle(Socket socket) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                while (!socket.isClosed()) {
                                    write(socket, "x");
                                    Thread.sleep(100);
                                }
                            } catch (IOException | InterruptedException e) {
                                // It was closed.
                            }
                        });
    }

    private int connections() {
        return (int)
                context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                        .get("tidemark.gateway.connections")
                        .gauge()
                        .value();
    }

    private Socket using(String address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static String head(String start) {
        return start + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** What comes next; empty where the server closes. */
    private static String answer(Socket socket, String request) throws IOException {
        write(socket, request);
        socket.setSoTimeout(10_000);
        byte[] some = new byte[4096];
        int length = socket.getInputStream().read(some);
        return length < 0 ? "" : new String(some, 0, length, ISO_8859_1);
    }
}
