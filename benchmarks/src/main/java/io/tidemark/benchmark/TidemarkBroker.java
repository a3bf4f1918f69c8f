package io.tidemark.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This broker: the packaged standalone jar with the launcher's own JVM options, but for the heap.
 */
final class TidemarkBroker implements Broker {
    private final ChildJvm process;
    private final int port;
    private final int httpPort;
    private final double startSeconds;

    private TidemarkBroker(ChildJvm process, int port, int httpPort, double startSeconds) {
        this.process = process;
        this.port = port;
        this.httpPort = httpPort;
        this.startSeconds = startSeconds;
    }

    /**
     * @param heap {@code -Xmx} and {@code -Xms}; empty keeps the launcher's own
     */
    static TidemarkBroker start(Path folder, String heap) throws IOException, InterruptedException {
        int port = ChildJvm.freePort();
        int httpPort = ChildJvm.freePort();
        int managementPort = ChildJvm.freePort();
        Path standalone = Path.of("standalone", "target");
        List<String> command = new ArrayList<>();
        Path options = standalone.resolve("jvm.options");
        if (Files.exists(options)) {
            command.add("@" + options.toAbsolutePath());
        }
        if (!heap.isEmpty()) {
            command.addAll(List.of("-Xms" + heap, "-Xmx" + heap));
        }
        command.addAll(
                List.of(
                        "-jar",
                        standalone.resolve("tidemark-standalone.jar").toAbsolutePath().toString(),
                        "--tidemark.data-dir=" + folder.toAbsolutePath(),
                        "--server.port=" + httpPort,
                        "--management.server.port=" + managementPort,
                        "--tidemark.partition.port=" + port));
        long start = System.nanoTime();
        ChildJvm process =
                ChildJvm.start(folder.resolveSibling(folder.getFileName() + ".log"), command);
        HttpClient http = HttpClient.newHttpClient();
        URI ready = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
        process.await(() -> ChildJvm.listens(port) && ok(http, ready));
        return new TidemarkBroker(process, port, httpPort, (System.nanoTime() - start) / 1e9);
    }

    private static boolean ok(HttpClient http, URI uri) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(uri).build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    int httpPort() {
        return httpPort;
    }

    /** From the start of the process until its readiness answered. */
    double startSeconds() {
        return startSeconds;
    }

    @Override
    public String name() {
        return "tidemark";
    }

    @Override
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public List<ChildJvm> processes() {
        return List.of(process);
    }

    @Override
    public Map<String, String> topicConfig(boolean fsync) {
        return Map.of("flush", fsync ? "fsync" : "os");
    }

    @Override
    public void close() {
        process.close();
    }
}
