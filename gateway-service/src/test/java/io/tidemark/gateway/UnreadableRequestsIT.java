package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What is answered to that which never becomes a request. */
class UnreadableRequestsIT extends RunningGateway {

    private String answer(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private void assertNamed(String answer, int status) {
        String[] parts = answer.split("\r\n\r\n", 2);
        assertThat(parts[0]).startsWith("HTTP/1.1 " + status).contains("connection: close");
        assertThat(parts[0].toLowerCase(java.util.Locale.ROOT))
                .containsPattern("x-request-id: [0-9a-f]{16}")
                .contains("content-type: application/json")
                .contains("content-length: " + parts[1].length());
        assertThat(parts[1]).startsWith("{\"error_code\":" + status + ",\"message\":\"");
    }

    @Test
    void shouldNameWhatIsNoRequest() throws Exception {
        assertNamed(answer("GET /topics\r\n\r\n"), 400);
        assertNamed(answer("GET /topics HTTP/1.1\r\nHost : localhost\r\n\r\n"), 400);
    }

    @Test
    void shouldNameALineAndHeadersThatAreTooLong() throws Exception {
        String start = "GET /topics HTTP/1.1\r\nHost: localhost\r\n";
        assertNamed(answer("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"), 414);
        assertNamed(answer(start + "X-Big: " + "x".repeat(20_000) + "\r\n\r\n"), 431);
    }
}
