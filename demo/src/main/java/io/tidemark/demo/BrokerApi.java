package io.tidemark.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The few calls that the demo makes. Blocks; any thread. */
final class BrokerApi implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String JSON_RECORDS = "application/vnd.kafka.json.v2+json";
    private static final int TOO_MANY_REQUESTS = 429;

    private final String url;
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /**
     * @param url base URL of a gateway, without a slash at the end
     */
    BrokerApi(String url) {
        this.url = url;
    }

    /** Makes the topic anew: one of an earlier run is deleted. */
    void createTopic(String topic, int partitions) throws InterruptedException {
        String cluster = get("/v3/clusters").path("data").path(0).path("cluster_id").asString();
        String topics = "/v3/clusters/" + cluster + "/topics";
        HttpResponse<String> deleted = send(request(topics + "/" + topic).DELETE().build());
        if (deleted.statusCode() / 100 != 2 && deleted.statusCode() != 404) {
            throw unexpected("DELETE " + topics + "/" + topic, deleted);
        }
        String body =
                "{\"topic_name\":\"%s\",\"partitions_count\":%d}".formatted(topic, partitions);
        HttpResponse<String> created =
                send(
                        request(topics)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build());
        if (created.statusCode() / 100 != 2) {
            throw unexpected("POST " + topics, created);
        }
    }

    /**
     * Produces records; waits and repeats where the broker asks for patience.
     *
     * @param records {@code {"records":[…]}}
     * @return the answer's {@code offsets}
     */
    JsonNode produce(String topic, String records) throws InterruptedException {
        HttpRequest request =
                request("/topics/" + topic)
                        .header("Content-Type", JSON_RECORDS)
                        .POST(BodyPublishers.ofString(records))
                        .build();
        HttpResponse<String> response = send(request);
        while (response.statusCode() == TOO_MANY_REQUESTS) {
            String seconds = response.headers().firstValue("Retry-After").orElse("1");
            Thread.sleep(Duration.ofSeconds(Long.parseLong(seconds)));
            response = send(request);
        }
        if (response.statusCode() != 200) {
            throw unexpected("POST /topics/" + topic, response);
        }
        return json.readTree(response.body()).path("offsets");
    }

    private JsonNode get(String path) throws InterruptedException {
        HttpResponse<String> response = send(request(path).GET().build());
        if (response.statusCode() != 200) {
            throw unexpected("GET " + path, response);
        }
        return json.readTree(response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoFailure(
                    "no answer from " + request.uri() + " (" + e + "); is a broker running?", e);
        }
    }

    private static DemoFailure unexpected(String call, HttpResponse<String> response) {
        return new DemoFailure(
                "%s answered %d: %s".formatted(call, response.statusCode(), response.body()));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
