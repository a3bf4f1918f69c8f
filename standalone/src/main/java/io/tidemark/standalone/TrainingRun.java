package io.tidemark.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Uses the broker as its first visitors will, so that the classes they need are in the AOT cache,
 * with profiles. On the main thread; blocks.
 */
final class TrainingRun {

    private static final int ROUNDS = 300;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String TOPIC = "training";

    private final Addresses addresses;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TrainingRun(Addresses addresses) {
        this.addresses = addresses;
    }

    /**
     * @throws IOException where the broker did not answer as it should
     */
    void run() throws IOException, InterruptedException {
        String clusters = get(addresses.gateway() + "/v3/clusters");
        String cluster = clusters.replaceAll("(?s).*\"cluster_id\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        String topics = "/v3/clusters/" + cluster + "/topics";
        post(
                topics,
                "application/json",
                "{\"topic_name\":\"" + TOPIC + "\",\"partitions_count\":2}");
        for (int round = 0; round < ROUNDS; round++) {
            String record = "{\"round\":" + round + ",\"text\":\"some words to be carried\"}";
            String path = "/topics/" + TOPIC;
            post(path + "/events?key=k" + round, "application/json", record);
            String line = "{\"key\":\"k\",\"value\":" + record + "}\n";
            post(path + "/events", "application/x-ndjson", line + line);
            post(
                    path,
                    "application/vnd.kafka.json.v2+json",
                    "{\"records\":[{\"key\":\"k\",\"value\":" + record + "},{\"value\":null}]}");
        }
        post(
                topics + "/" + TOPIC + "/records",
                "application/json",
                "{\"value\":{\"type\":\"STRING\",\"data\":\"one\"}}");
        follow(ROUNDS);
        get(addresses.gateway() + "/topics/" + TOPIC);
        get(addresses.gateway() + "/openapi");
        get(addresses.management() + "/actuator/health");
        get(addresses.management() + "/actuator/prometheus");
        http.shutdownNow();
    }

    private String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
        return succeeded(request, http.send(request, BodyHandlers.ofString()));
    }

    private void post(String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(addresses.gateway() + path))
                        .timeout(TIMEOUT)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        succeeded(request, http.send(request, BodyHandlers.ofString()));
    }

    private static String succeeded(HttpRequest request, HttpResponse<String> response)
            throws IOException {
        if (response.statusCode() / 100 != 2) {
            throw new IOException(
                    "%s %s answered %d: %s"
                            .formatted(
                                    request.method(),
                                    request.uri(),
                                    response.statusCode(),
                                    response.body()));
        }
        return response.body();
    }

    private void follow(int events) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        addresses.gateway()
                                                + "/topics/"
                                                + TOPIC
                                                + "/events?from=earliest"))
                        .header("Accept", "text/event-stream")
                        .timeout(TIMEOUT)
                        .build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            int seen = 0;
            while (seen < events) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IOException("the stream ended after " + seen + " events");
                }
                seen += line.startsWith("data:") ? 1 : 0;
            }
        }
    }
}
