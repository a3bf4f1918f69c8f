package io.tidemark.systemtest.safety;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.testkit.history.HistoryRecorder.PendingSend;
import io.tidemark.testkit.history.Payload;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Produces over REST (v2), a few records a request, one request after the other. A request without
 * an answer is never repeated: whether its records are there is unknown.
 */
final class RestWriter implements AutoCloseable {

    private static final long PAUSE_NANOS = 2_000_000;
    private static final int RECORDS_PER_REQUEST = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Broker broker;
    private final Writer writer;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    RestWriter(Broker broker, Writer writer) {
        this.broker = broker;
        this.writer = writer;
        this.thread = Thread.ofPlatform().name("rest-writer-" + writer.process()).start(this::run);
    }

    private void run() {
        try {
            int sequence = 0;
            while (closing.getCount() > 0) {
                LockSupport.parkNanos(PAUSE_NANOS); // the history must fit into memory
                try {
                    produce(sequence);
                } catch (IOException noAnswer) {
                    // The broker is down, or went down: come back a little later.
                    closing.await(50, TimeUnit.MILLISECONDS);
                }
                sequence += RECORDS_PER_REQUEST;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void produce(int sequence) throws IOException, InterruptedException {
        List<PendingSend> pending = new ArrayList<>();
        List<String> records = new ArrayList<>();
        for (int i = 0; i < RECORDS_PER_REQUEST; i++) {
            long value = writer.value(sequence + i);
            pending.add(writer.recorder().sending(writer.process(), writer.partition(), value));
            records.add("{\"value\":\"" + Payload.of(value) + "\"}");
        }
        HttpRequest request =
                HttpRequest.newBuilder(
                                broker.http(
                                        "/topics/%s/partitions/%d"
                                                .formatted(
                                                        writer.partition().topic(),
                                                        writer.partition().index())))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/vnd.kafka.text.v2+json")
                        .POST(
                                BodyPublishers.ofString(
                                        records.stream()
                                                .collect(
                                                        Collectors.joining(
                                                                ",", "{\"records\":[", "]}"))))
                        .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() == 200) {
            acknowledge(pending, JSON.readTree(response.body()).get("offsets"));
        }
    }

    /** Anything but an offset leaves a record's outcome unknown. */
    private static void acknowledge(List<PendingSend> pending, JsonNode offsets) {
        for (int i = 0; i < pending.size(); i++) {
            JsonNode offset = offsets.get(i).get("offset");
            if (offset != null && offset.isNumber()) {
                pending.get(i).acknowledged(offset.asLong());
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join();
        client.close();
    }

    /** Stops without waiting for an answer. */
    void abandon() {
        closing.countDown();
        client.shutdownNow();
    }
}
