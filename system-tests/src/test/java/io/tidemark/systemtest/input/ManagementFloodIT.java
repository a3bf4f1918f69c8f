package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody takes all connections of the management port, and keeps them. */
@Timeout(300)
class ManagementFloodIT {
    /** As Kubernetes has it where nothing else is asked for. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

    private static final int CONNECTIONS = 300;
    private static final int PROBES = 20;
    private static final String HEAD = "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n";

    private final List<Socket> flood = new ArrayList<>();

    @Test
    void shouldAnswerProbesWhileAllConnectionsAreTaken(@TempDir Path scratch) throws Exception {
        try (Broker broker = Broker.start(scratch.resolve("data"))) {
            // Given: idle ones, ones that have asked and stay, and ones whose heads trickle in
            int port = broker.management("/").getPort();
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                flood.add(socket);
                if (i % 3 == 1) {
                    send(socket, HEAD + "\r\n");
                }
            }

            // When
            List<Long> tookMs = new ArrayList<>();
            for (int probe = 0; probe < PROBES; probe++) {
                for (int i = 2; i < CONNECTIONS; i += 3) {
                    send(flood.get(i), HEAD.substring(probe, probe + 1));
                }
                long start = System.nanoTime();
                assertThat(probe(broker)).as("probe %d", probe).isEqualTo(200);
                tookMs.add((System.nanoTime() - start) / 1_000_000);
            }

            // Then
            System.out.println("probes beside " + CONNECTIONS + " connections took " + tookMs);
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    /** On a connection of its own, as a kubelet's. */
    private static int probe(Broker broker) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(broker.management("/actuator/health/liveness"))
                            .timeout(PROBE_TIMEOUT)
                            .build();
            return client.send(request, BodyHandlers.ofString()).statusCode();
        }
    }

    private static void send(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException closed) {
            // By the broker, which may do so with these.
        }
    }
}
