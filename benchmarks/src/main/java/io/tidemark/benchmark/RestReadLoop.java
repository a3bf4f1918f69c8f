package io.tidemark.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A REST v2 consumer that reads a topic from its beginning, one request after the other. */
final class RestReadLoop implements AutoCloseable {
    private static final String V2 = "application/vnd.kafka.v2+json";
    private static final String BINARY = "application/vnd.kafka.binary.v2+json";
    private static final String MARK = "\"offset\":";
    private static final Pattern BASE_URI = Pattern.compile("\"base_uri\":\"([^\"]+)\"");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String instance;

    RestReadLoop(int port, String group, String topic) throws IOException, InterruptedException {
        String made =
                text(
                        request("http://127.0.0.1:" + port + "/consumers/" + group)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"format\":\"binary\",\"auto.offset.reset\":\"earliest\"}")));
        Matcher uri = BASE_URI.matcher(made);
        if (!uri.find()) {
            throw new IOException("no base_uri in " + made);
        }
        this.instance = uri.group(1);
        text(
                request(instance + "/subscription")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"topics\":[\"" + topic + "\"]}")));
    }

    private static HttpRequest.Builder request(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", V2);
    }

    private String text(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new String(send(request), StandardCharsets.UTF_8);
    }

    private byte[] send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(
                    response.uri()
                            + " answered "
                            + response.statusCode()
                            + ": "
                            + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }

    /** Reads until it has so many; the time to join the group counts for the first call. */
    Load.Result read(long expected) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long records = 0;
        long bytes = 0;
        while (records < expected) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IOException("read only " + records + " of " + expected);
            }
            byte[] body = send(request(instance + "/records").header("Accept", BINARY).GET());
            bytes += body.length;
            records += count(body);
        }
        return new Load.Result(records, bytes, (System.nanoTime() - start) / 1e9);
    }

    /**
     * Values are base64: the mark cannot be in one. A string is searched many bytes at a time: one
     * by one, this loop would be busier than the broker.
     */
    private static int count(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int found = 0;
        for (int at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length())) {
            found++;
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        try {
            send(request(instance).DELETE());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
