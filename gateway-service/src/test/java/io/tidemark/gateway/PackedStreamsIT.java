package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams for those who take gzip, over both versions of HTTP. */
@Timeout(120)
class PackedStreamsIT extends RunningGateway {

    private static final int MOST = 2;
    private static final String SSE = "text/event-stream";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ChangingControlPlane cluster;

    private final List<InputStream> open = new ArrayList<>();

    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        cluster = new ChangingControlPlane(node.port());
        return cluster;
    }

    @Override
    Map<String, String> settings() {
        return Map.of("tidemark.gateway.max-compressed-streams", Integer.toString(MOST));
    }

    @AfterEach
    void stopNode() throws IOException {
        for (InputStream stream : open) {
            stream.close();
        }
        node.close();
    }

    private HttpResponse<InputStream> stream(
            HttpClient client, String path, String accept, String encodings) throws Exception {
        HttpResponse<InputStream> answer =
                client.send(
                        HttpRequest.newBuilder(uri(path))
                                .header("Accept", accept)
                                .header("Accept-Encoding", encodings)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        open.add(answer.body());
        return answer;
    }

    private static boolean packed(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
    }

    /** What a stream says, as it comes. */
    private static StringBuffer text(HttpResponse<InputStream> answer) {
        StringBuffer text = new StringBuffer();
        Thread.ofVirtual()
                .start(
                        () -> {
                            byte[] some = new byte[8192];
                            try (InputStream in =
                                    packed(answer)
                                            ? new GZIPInputStream(answer.body())
                                            : answer.body()) {
                                for (int n = in.read(some); n >= 0; n = in.read(some)) {
                                    text.append(new String(some, 0, n, UTF_8));
                                }
                                text.append("(whole)");
                            } catch (IOException e) {
                                text.append("(").append(e).append(")");
                            }
                        });
        return text;
    }

    private static void says(StringBuffer text, String what) {
        await(() -> text.indexOf(what) >= 0, PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldPackAsManyStreamsAsThereIsRoomFor(HttpClient.Version version) throws Exception {
        node.know("a", cluster.make("a", 1));
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            // Given: one stream more than are packed
            HttpResponse<InputStream> first = stream(client, "/topics/a/events", SSE, "gzip");
            HttpResponse<InputStream> second =
                    stream(client, "/events?topics=a", "application/x-ndjson", "br, gzip;q=0.5");
            HttpResponse<InputStream> third = stream(client, "/topics/a/events", SSE, "gzip");
            assertThat(List.of(packed(first), packed(second), packed(third)))
                    .containsExactly(true, true, false);
            List<StringBuffer> texts = List.of(text(first), text(second), text(third));

            // When: each event by itself
            for (int i = 0; i < 3; i++) {
                String value = "value-" + i;
                node.append("a", 0, value);

                // Then
                texts.forEach(text -> says(text, value));
            }

            // And whoever goes makes room
            first.body().close();
            await(() -> isPackedNow(client), PATIENCE);
            client.shutdownNow();
        }
    }

    private boolean isPackedNow(HttpClient client) {
        try {
            HttpResponse<InputStream> next = stream(client, "/topics/a/events", SSE, "gzip");
            boolean packed = packed(next);
            if (!packed) {
                next.body().close();
            }
            return packed;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldCountAStreamUntilItsEndAndNotItsConnection(HttpClient.Version version)
            throws Exception {
        node.know("a", cluster.make("a", 1));
        node.append("a", 0, "value");
        List<HttpClient> clients = new ArrayList<>();
        try {
            // One after the other, on connections that stay open
            for (int i = 0; i < 2 * MOST; i++) {
                HttpClient client = HttpClient.newBuilder().version(version).build();
                clients.add(client);
                HttpResponse<InputStream> whole =
                        stream(client, "/topics/a/events?from=earliest&limit=1", SSE, "gzip");
                assertThat(packed(whole)).isTrue();
                says(text(whole), "(whole)");
                // The same connection answers as it is asked
                HttpResponse<InputStream> plain =
                        stream(
                                client,
                                "/topics/a/events?from=earliest&limit=1",
                                SSE,
                                "gzip;q=0, identity");
                assertThat(packed(plain)).isFalse();
                says(text(plain), "(whole)");
            }
        } finally {
            clients.forEach(HttpClient::shutdownNow);
        }
    }
}
