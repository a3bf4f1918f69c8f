package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams of records, and reports while they go on. */
class RecordStreamIT extends RunningGateway {

    @Test
    void shouldReportLinesWhileTheyAreStillComing() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            // Given
            socket.setSoTimeout(10_000);
            write(
                    socket,
                    "POST /topics/orders/events?partition=0 HTTP/1.1\r\nHost: localhost\r\n"
                            + "Content-Type: application/x-ndjson\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

            // When the first line is there, its report comes; then the others
            chunk(socket, "{\"value\":\"one\"}\n{\"value\":");
            assertThat(reportLine(in)).contains("\"offset\":0");
            chunk(socket, "\"two\"}\n{oops}\n{\"value\":{\"a\":3}}");
            assertThat(reportLine(in)).contains("\"offset\":1");
            assertThat(reportLine(in)).contains("\"error_code\":400").contains("line 1");
            write(socket, "0\r\n\r\n");

            // Then
            assertThat(reportLine(in)).contains("\"offset\":2");
            assertThat(partitions.stored())
                    .extracting(Stored::value)
                    .containsExactly("one", "two", "{\"a\":3}");
        }
    }

    @Test
    void shouldStreamV3RecordsAndGoOnAfterABadOne() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri("/v3/clusters/cluster-1/topics/orders/records"))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () ->
                                                new java.io.ByteArrayInputStream(
                                                        ("{\"value\":{\"type\":\"STRING\",\"data\":\"a\"}}"
                                                                        + "{\"value\":{\"type\":\"NOPE\"}}\n"
                                                                        + "{\"key\":{\"type\":\"BINARY\",\"data\":\"aw==\"},"
                                                                        + "\"value\":{\"type\":\"JSON\",\"data\":[1]}}")
                                                                .getBytes(UTF_8))))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        List<JsonNode> reports =
                response.body().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(reports)
                .extracting(r -> r.get("error_code").asInt())
                .containsExactly(200, 42206, 200);
        JsonNode last = reports.getLast();
        assertThat(last.get("cluster_id").asString()).isEqualTo("cluster-1");
        assertThat(last.get("key").toString()).isEqualTo("{\"type\":\"BINARY\",\"size\":1}");
        assertThat(last.get("value").toString()).isEqualTo("{\"type\":\"JSON\",\"size\":3}");
    }
}
