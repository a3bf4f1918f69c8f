package io.tidemark.systemtest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JDK's HTTP client, pointed at a broker or a gateway. */
public final class Http implements AutoCloseable {

    public static final String V2_JSON = "application/vnd.kafka.json.v2+json";
    public static final String V2_BINARY = "application/vnd.kafka.binary.v2+json";
    public static final String V2_TEXT = "application/vnd.kafka.text.v2+json";
    public static final String V2 = "application/vnd.kafka.v2+json";
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Function<String, URI> server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Http(Broker broker) {
        this(broker::http);
    }

    /**
     * @param server makes a URL of a path
     */
    public Http(Function<String, URI> server) {
        this.server = server;
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer get(String path, String accept) {
        return send(request(path).header("Accept", accept).GET());
    }

    public Answer post(String path, String contentType, String body) {
        return call("POST", path, contentType, BodyPublishers.ofString(body));
    }

    public Answer post(String path, String contentType, byte[] body) {
        return call("POST", path, contentType, BodyPublishers.ofByteArray(body));
    }

    public Answer put(String path, String body) {
        return call("PUT", path, JSON, BodyPublishers.ofString(body));
    }

    public Answer patch(String path, String body) {
        return call("PATCH", path, JSON, BodyPublishers.ofString(body));
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer call(String method, String path, String contentType, BodyPublisher body) {
        return send(request(path).header("Content-Type", contentType).method(method, body));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.apply(path)).timeout(TIMEOUT);
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** The id of the only cluster, as v3's paths need it. */
    public String clusterPath() {
        return "/v3/clusters/" + get("/v3/clusters").ok().at("/data/0/cluster_id").asString();
    }

    /** The offsets of concatenated reports, in their order. */
    static List<Long> offsetsIn(String reports) {
        return Pattern.compile("\"offset\"\\s*:\\s*(\\d+)")
                .matcher(reports)
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
    }

    public static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** What came back. */
    public record Answer(int status, String body, HttpResponse<String> response) {

        public JsonNode json() {
            return parse(body);
        }

        /** The body of an answer that must be a 200. */
        public JsonNode ok() {
            return expect(200);
        }

        /** The body of an answer that must have this status. */
        public JsonNode expect(int expected) {
            assertThat(status).as(body).isEqualTo(expected);
            return body.isEmpty() ? MAPPER.nullNode() : json();
        }

        /** An error in the one shape that v2 and v3 share. */
        public String error(int expectedStatus, int expectedCode) {
            JsonNode error = expect(expectedStatus);
            assertThat(error.path("error_code").asInt()).as(body).isEqualTo(expectedCode);
            String message = error.path("message").asString();
            assertThat(message).as(body).isNotBlank();
            return message;
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }
}
