package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.Payload;
import io.tidemark.testkit.history.RunningHistory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Produces over REST (v2), a few records a request, one request after the other. A request without
 * an answer is never repeated: whether its records are there is unknown. Where a gateway cannot be
 * reached the next one is asked, with other records.
 */
final class RestWriter implements ChaosWriter {
    private static final int RECORDS_PER_REQUEST = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int OK = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<String> gateways;
    private final RunningHistory.Writer writer;
    private final AckClocks clocks;
    private final long pauseMs;
    private final FailureLog failures = new FailureLog();
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private int gateway;

    /**
     * @param gateways base URLs
     * @param recordsPerSecond at most
     */
    RestWriter(
            List<String> gateways,
            RunningHistory.Writer writer,
            AckClocks clocks,
            int recordsPerSecond) {
        this.gateways = List.copyOf(gateways);
        this.writer = writer;
        this.clocks = clocks;
        this.pauseMs = Math.max(1, 1_000L * RECORDS_PER_REQUEST / recordsPerSecond);
        this.thread =
                Thread.ofPlatform().name("rest-writer-" + writer.partition()).start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(pauseMs, TimeUnit.MILLISECONDS)) {
                try {
                    produce();
                } catch (ConnectException | HttpConnectTimeoutException refused) {
                    next(); // its records were not sent: they stay unknown, and unseen
                } catch (IOException lost) {
                    failures.add("no answer: " + lost);
                    next();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void next() {
        gateway = (gateway + 1) % gateways.size();
    }

    private void produce() throws IOException, InterruptedException {
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < RECORDS_PER_REQUEST; i++) {
            values.add(writer.sending());
        }
        HttpResponse<String> response = client.send(request(values), BodyHandlers.ofString());
        if (response.statusCode() == OK) {
            acknowledge(values, JSON.readTree(response.body()).path("offsets"));
        } else {
            failures.add(response.statusCode() + " " + response.body());
        }
    }

    private HttpRequest request(List<Long> values) {
        Partition partition = writer.partition();
        String body =
                values.stream()
                        .map(value -> "{\"value\":\"" + Payload.of(value) + "\"}")
                        .collect(Collectors.joining(",", "{\"records\":[", "]}"));
        return HttpRequest.newBuilder(
                        URI.create(
                                "%s/topics/%s/partitions/%d"
                                        .formatted(
                                                gateways.get(gateway),
                                                partition.topic(),
                                                partition.index())))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/vnd.kafka.text.v2+json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** Anything but an offset leaves a record's outcome unknown. */
    private void acknowledge(List<Long> values, JsonNode offsets) {
        boolean all = true;
        for (int i = 0; i < values.size(); i++) {
            JsonNode offset = offsets.path(i).path("offset");
            if (offset.isNumber()) {
                writer.acknowledged(values.get(i), offset.asLong());
                clocks.acknowledged(writer.partition());
            } else {
                all = false;
            }
        }
        if (!all) {
            failures.add("refused: " + offsets);
        }
    }

    @Override
    public Partition partition() {
        return writer.partition();
    }

    @Override
    public List<String> failures() {
        return failures.kept();
    }

    @Override
    public long failureCount() {
        return failures.count();
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join();
        client.close();
    }

    @Override
    public void abandon() {
        closing.countDown();
        client.shutdownNow();
    }
}
