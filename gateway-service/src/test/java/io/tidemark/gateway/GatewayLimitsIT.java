package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Batch;
import io.tidemark.gateway.ScriptedPartitionService.Stored;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the gateway holds in memory, and what it joins. */
class GatewayLimitsIT extends RunningGateway {

    @Test
    void shouldRefuseLongBodiesBeforeReadingThem() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(
                    socket,
                    "POST /topics/orders/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                            + (MAX_BODY + 1)
                            + "\r\n\r\n");
            assertThat(statusLine(socket)).contains("413");
        }
    }

    @Test
    void shouldRefuseLongBodiesOfUnknownLengthWhileReadingThem() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri("/topics/orders/events"))
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArrays(
                                        java.util.Collections.nCopies(3, new byte[MAX_BODY / 2])))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        // Either limit may be met first: of one body, or of all together.
        assertThat(response.statusCode()).isIn(413, 429);
    }

    @Test
    void shouldRefuseRecordsThatTheTopicDoesNotTake() throws Exception {
        int status =
                http.send(
                                HttpRequest.newBuilder()
                                        .timeout(Duration.ofSeconds(20))
                                        .uri(uri("/topics/orders/events"))
                                        .header("X-Big", "x".repeat(20_000))
                                        .POST(HttpRequest.BodyPublishers.ofString("v"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode();
        assertThat(status).isIn(413, 431);
    }

    @Test
    void shouldAnswer429WhileTooMuchIsInFlight() throws Exception {
        // Given
        partitions.withhold();
        String large = "x".repeat(BUDGET * 3 / 4);
        CompletableFuture<Reply> first = postAsync("/topics/orders/events", large);
        await(() -> partitions.withheld() == 1);

        // When
        Reply refused = post("/topics/orders/events", "text/plain", large);
        Reply small = null;
        CompletableFuture<Reply> smallOne = postAsync("/topics/orders/events", "small");

        // Then
        assertError(refused, 429, 42901);
        assertThat(refused.retryAfter()).isEqualTo("1");
        partitions.release();
        assertThat(first.get().status()).isEqualTo(200);
        assertThat(smallOne.get().status()).isEqualTo(200);
        small = post("/topics/orders/events", "text/plain", large);
        assertThat(small.status()).isEqualTo(200);
    }

    @Test
    void shouldJoinRequestsOfAllConnectionsInOneBatch() throws Exception {
        // Given
        partitions.withhold();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            int sent = i;
            replies.add(postAsync("/topics/orders/events?partition=1", "first-" + i));
            await(() -> partitions.withheld() == sent);
        }

        // When
        for (int i = 0; i < 40; i++) {
            replies.add(postAsync("/topics/orders/events?partition=1", "value-" + i));
        }
        await(() -> pending() == 45);
        partitions.release();

        // Then
        for (CompletableFuture<Reply> reply : replies) {
            assertThat(reply.get().status()).isEqualTo(200);
        }
        List<Batch> batches = partitions.batches();
        assertThat(batches)
                .as("a request may be counted before its record is queued")
                .hasSizeBetween(6, 8);
        int sequence = 0;
        for (Batch batch : batches) {
            assertThat(batch.baseSequence()).isEqualTo(sequence);
            sequence += batch.records();
        }
        assertThat(sequence).isEqualTo(45);
        assertThat(partitions.stored()).extracting(Stored::value).doesNotHaveDuplicates();
    }
}
