package io.tidemark.demo;

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
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows the topic over Server-Sent Events, as a browser's EventSource does: remembers the last
 * event's id, and gives it back as {@code Last-Event-ID} when it connects again. {@link #follow}
 * belongs to one thread; {@link #cut} may come from any.
 */
final class Follower {

    private final URI stream;
    private final List<Flight> flights;
    private final Ledger ledger;
    private final JsonMapper json = JsonMapper.builder().build();
    private volatile @Nullable HttpClient connection;
    private volatile @Nullable String lastEventId;

    Follower(String url, String topic, List<Flight> flights, Ledger ledger) {
        this.stream = URI.create(url + "/topics/" + topic + "/events?from=earliest");
        this.flights = flights;
        this.ledger = ledger;
    }

    /** The cursor over all partitions behind the last event seen. */
    @Nullable String lastEventId() {
        return lastEventId;
    }

    /** Connects, from the last event on, and reads until the stream ends or is cut. */
    void follow() throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(stream).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        connection = client;
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new DemoFailure("GET " + stream + " answered " + response.statusCode());
            }
            read(response.body());
        } catch (IOException e) {
            if (connection != null) {
                throw new DemoFailure("the stream broke: " + e, e);
            }
            // it was cut on purpose
        } finally {
            client.shutdownNow();
        }
    }

    /** Closes the socket, whatever is under way on it. */
    void cut() {
        HttpClient client = connection;
        connection = null;
        if (client != null) {
            client.shutdownNow();
        }
    }

    private void read(InputStream body) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String id = null;
            String event = null;
            String data = null;
            for (String line = lines.readLine();
                    line != null && connection != null;
                    line = lines.readLine()) {
                if (line.isEmpty()) {
                    dispatch(event, data);
                    lastEventId = id != null ? id : lastEventId;
                    id = null;
                    event = null;
                    data = null;
                } else if (line.startsWith("id:")) {
                    id = valueOf(line);
                } else if (line.startsWith("event:")) {
                    event = valueOf(line);
                } else if (line.startsWith("data:")) {
                    data = valueOf(line);
                }
            }
        }
        if (connection != null) {
            throw new IOException("the broker ended it");
        }
    }

    private static String valueOf(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private void dispatch(@Nullable String event, @Nullable String data) {
        if (event != null && (event.equals("reset") || event.equals("failure"))) {
            throw new DemoFailure("the stream said " + event + ": " + data);
        }
        if (event != null || data == null) {
            return; // a heartbeat
        }
        JsonNode message = json.readTree(data);
        JsonNode value = message.path("value");
        int number = value.path("flight").asInt(-1);
        if (number < 0
                || number >= flights.size()
                || !value.equals(json.readTree(flights.get(number).json()))) {
            throw new DemoFailure("an event carries what was never sent: " + data);
        }
        ledger.received(message.path("partition").asInt(), message.path("offset").asLong(), number);
    }
}
