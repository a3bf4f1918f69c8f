package io.tidemark.systemtest.rest;

import io.tidemark.systemtest.broker.Broker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An EventSource as the HTML standard has it: fields, blank-line dispatch, and the last id, which
 * an event without data moves too.
 */
public final class EventReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpResponse<java.io.InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile String lastEventId = "";
    private volatile int commentOrIdOnlyBlocks;

    /**
     * An event: its type ({@code message} where the stream names none), data, and the id so far.
     */
    public record Event(String type, String data, String id) {

        public JsonNode json() {
            return Http.parse(data);
        }
    }

    EventReader(Broker broker, String path, @Nullable String lastEventId) {
        this(broker.http(path), lastEventId);
    }

    /** Opens the stream; returns once its head has come. */
    public EventReader(URI uri, @Nullable String lastEventId) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
            this.lastEventId = lastEventId;
        }
        try {
            response = client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String type = "message";
            StringBuilder data = new StringBuilder();
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.isEmpty()) {
                    dispatch(type, data);
                    type = "message";
                    data.setLength(0);
                } else if (line.startsWith("data:")) {
                    data.append(valueOf(line)).append('\n');
                } else if (line.startsWith("id:")) {
                    lastEventId = valueOf(line);
                } else if (line.startsWith("event:")) {
                    type = valueOf(line);
                }
            }
        } catch (IOException closed) {
            // The test closed the stream, or the broker did; what came is in the queue.
        }
    }

    private void dispatch(String type, StringBuilder data) {
        if (data.isEmpty()) {
            commentOrIdOnlyBlocks++;
            return;
        }
        events.add(new Event(type, data.substring(0, data.length() - 1), lastEventId));
    }

    private static String valueOf(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    public int status() {
        return response.statusCode();
    }

    String contentType() {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** What an EventSource would send as Last-Event-ID if it reconnected now. */
    String lastEventId() {
        return lastEventId;
    }

    /** How many blocks came that only moved the id, or less: heartbeats. */
    int heartbeats() {
        return commentOrIdOnlyBlocks;
    }

    /** The next event of any type. */
    public Event next() {
        try {
            Event event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError(
                        "no event within %s; the answer was %d".formatted(PATIENCE, status()));
            }
            return event;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The next records; other types of event in between are an error. */
    List<Event> records(int count) {
        List<Event> records = new ArrayList<>();
        while (records.size() < count) {
            Event event = next();
            if (!event.type().equals("message")) {
                throw new AssertionError("expected a record, got " + event);
            }
            records.add(event);
        }
        return records;
    }

    /** What has come and was not taken yet. */
    List<Event> pending() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
