package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** This machine's Prometheus, which scrapes processes every second and keeps what it sees. */
public final class PrometheusProcess implements AutoCloseable {

    private static final String PROGRAM = "prometheus";

    private final int port = FreePorts.next();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;

    /**
     * What is scraped.
     *
     * @param address host and port
     * @param labels added to all that comes from there
     */
    public record Target(String address, Map<String, String> labels) {}

    private PrometheusProcess(Path folder, List<Target> targets) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), config(targets));
        process =
                new ProcessBuilder(
                                PROGRAM,
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                                "--web.listen-address=127.0.0.1:" + port,
                                "--log.level=warn")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("prometheus.log").toFile())
                        .start();
        LiveProcesses.remember(process);
    }

    public static boolean isInstalled() {
        return ExternalCommand.isInstalled(PROGRAM);
    }

    /** Starts it; it answers soon. */
    public static PrometheusProcess start(Path folder, List<Target> targets) {
        try {
            return new PrometheusProcess(folder, targets);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + PROGRAM, e);
        }
    }

    private static String config(List<Target> targets) {
        return """
               global:
                 scrape_interval: 1s
                 scrape_timeout: 1s
               scrape_configs:
                 - job_name: tidemark
                   metrics_path: /actuator/prometheus
                   static_configs:
               """
                + targets.stream()
                        .map(
                                target ->
                                        "      - targets: ['%s']%n        labels: {%s}%n"
                                                .formatted(target.address, labels(target.labels)))
                        .collect(Collectors.joining());
    }

    private static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> "%s: '%s'".formatted(label.getKey(), label.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** The answer to a query, in JSON; empty where it does not answer yet. */
    public String query(String query) {
        String url =
                "http://127.0.0.1:%d/api/v1/query?query=%s"
                        .formatted(port, URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Prometheus answered", e);
        }
    }

    @Override
    public void close() {
        LiveProcesses.kill(process);
        process.onExit().join();
    }
}
