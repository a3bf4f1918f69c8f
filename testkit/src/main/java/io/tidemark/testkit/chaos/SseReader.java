package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.Payload;
import io.tidemark.testkit.history.RunningHistory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows a topic over Server-Sent Events, and after each break goes on at another gateway with the
 * last event's id: no gap, no repetition.
 */
final class SseReader implements AutoCloseable {
    private static final long RETRY_MS = 100;
    private static final int OK = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<String> gateways;
    private final String topic;
    private final RunningHistory.Reader reader;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile long heardNanos = System.nanoTime();
    private volatile @Nullable InputStream open;
    private String lastEventId = "";
    private int gateway;

    SseReader(List<String> gateways, String topic, RunningHistory.Reader reader) {
        this.gateways = List.copyOf(gateways);
        this.topic = topic;
        this.reader = reader;
        this.thread = Thread.ofPlatform().name("sse-reader").start(this::run);
    }

    private void run() {
        try {
            do {
                try {
                    follow();
                } catch (IOException broken) {
                    // the gateway went away: on with the next one
                }
                gateway = (gateway + 1) % gateways.size();
            } while (!closing.await(RETRY_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        }
    }

    private void follow() throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "%s/topics/%s/events?from=earliest"
                                                .formatted(gateways.get(gateway), topic)))
                        .timeout(Duration.ofSeconds(5))
                        .header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response =
                client.send(request.build(), BodyHandlers.ofInputStream());
        open = response.body();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() == OK) {
                read(lines);
            }
        } finally {
            open = null;
        }
    }

    private void read(BufferedReader lines) throws IOException {
        String type = "";
        String data = "";
        String id = lastEventId;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heardNanos = System.nanoTime();
            if (line.isEmpty()) {
                if (!data.isEmpty() && type.isEmpty()) {
                    record(JSON.readTree(data));
                }
                lastEventId = id; // what is cut off in the middle has not happened
                type = "";
                data = "";
            } else if (line.startsWith("data:")) {
                data = valueOf(line);
            } else if (line.startsWith("id:")) {
                id = valueOf(line);
            } else if (line.startsWith("event:")) {
                type = valueOf(line);
            }
        }
    }

    private void record(JsonNode event) {
        reader.polled(
                new Partition(topic, event.path("partition").asInt()),
                event.path("offset").asLong(),
                Payload.valueIn(event.path("value").asString()));
    }

    private static String valueOf(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    /**
     * Breaks a connection on which nothing has come for that long, not even a sign of life: a
     * browser would notice by TCP alone, after minutes.
     */
    void breakIfSilent(Duration silence) {
        InputStream body = open;
        if (body != null && System.nanoTime() - heardNanos > silence.toNanos()) {
            heardNanos = System.nanoTime();
            try {
                body.close();
            } catch (IOException e) {
                // it is broken already
            }
        }
    }

    /** What ended it early, if anything did. */
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        client.shutdownNow();
        thread.join();
    }
}
