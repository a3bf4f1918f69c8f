package io.tidemark.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** REST and SSE beside a bare Reactor Netty server in a process of its own, with the same heap. */
final class HttpWorkload {
    private static final int PARTITIONS = 6;
    private static final String JSON_V2 = "application/vnd.kafka.json.v2+json";
    private static final int SUBSCRIBERS = 1000;
    private static final int EVENTS = 2000;
    private static final int EVENTS_PER_REQUEST = 100;
    private static final String READ = "REST read 1 KB";

    private final Results results;
    private final TidemarkBroker tidemark;
    private final Path folder;
    private final String heap;
    private final double seconds;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    HttpWorkload(
            Results results, TidemarkBroker tidemark, Path folder, String heap, double seconds) {
        this.results = results;
        this.tidemark = tidemark;
        this.folder = folder;
        this.heap = heap;
        this.seconds = seconds;
    }

    private ChildJvm bare(int port) throws IOException, InterruptedException {
        ChildJvm bare =
                ChildJvm.start(
                        folder.resolve("bare.log"),
                        List.of(
                                "-Xms" + heap,
                                "-Xmx" + heap,
                                "-cp",
                                ChildJvm.classPath(),
                                BareHttpServer.class.getName(),
                                Integer.toString(port)));
        bare.await(() -> ChildJvm.listens(port));
        return bare;
    }

    void rest(int runs) throws Exception {
        byte[] one =
                ("{\"records\":[{\"value\":{\"id\":12345,\"name\":\""
                                + "x".repeat(150)
                                + "\",\"ok\":true}}]}")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] hundred = hundredRecords();
        Load.createTopic(tidemark, "rest", PARTITIONS, true);
        int barePort = ChildJvm.freePort();
        try (ChildJvm bare = bare(barePort);
                HttpLoad load = new HttpLoad()) {
            for (int run = 0; run < runs + 1; run++) {
                System.out.println(run == 0 ? "rest: warming" : "rest: run " + run + " of " + runs);
                Results into = run == 0 ? new Results() : results;
                double length = run == 0 ? seconds * 2 : seconds;
                for (int connections : new int[] {16, 64}) {
                    String metric = "REST 1 × 200 B, " + connections;
                    post(
                            into,
                            load,
                            metric,
                            "bare",
                            barePort,
                            "/produce",
                            one,
                            connections,
                            length,
                            1);
                    double cpu = tidemark.cpuSeconds();
                    post(
                            into,
                            load,
                            metric,
                            "tidemark",
                            tidemark.httpPort(),
                            "/topics/rest",
                            one,
                            connections,
                            length,
                            1);
                    into.add(
                            metric + ", CPU",
                            "tidemark",
                            "cores",
                            (tidemark.cpuSeconds() - cpu) / length);
                }
                post(
                        into,
                        load,
                        "REST 100 × 1 KB",
                        "bare",
                        barePort,
                        "/produce",
                        hundred,
                        4,
                        length,
                        100);
                post(
                        into,
                        load,
                        "REST 100 × 1 KB",
                        "tidemark",
                        tidemark.httpPort(),
                        "/topics/rest",
                        hundred,
                        4,
                        length,
                        100);
            }
        }
        Load.deleteTopic(tidemark, "rest");
    }

    /** One loop over a REST consumer, beside an unmodified Kafka consumer of the same broker. */
    void restRead(int runs) throws Exception {
        Load.createTopic(tidemark, "rest-read", PARTITIONS, false);
        long records = Load.produce(tidemark, "rest-read", 1024, seconds, Map.of()).records();
        for (int run = 0; run < runs + 1; run++) {
            Results into = run == 0 ? new Results() : results;
            into.add(
                    READ,
                    "kafka client",
                    "records/s",
                    perSecond(Load.consume(tidemark, "rest-read", PARTITIONS, records)));
            double cpu = tidemark.cpuSeconds();
            try (RestReadLoop loop =
                    new RestReadLoop(tidemark.httpPort(), "rest-read-" + run, "rest-read")) {
                Load.Result read = loop.read(records);
                into.add(READ, "tidemark", "records/s", perSecond(read));
                into.add(
                        READ + ", CPU",
                        "tidemark",
                        "cores",
                        (tidemark.cpuSeconds() - cpu) / read.seconds());
            }
        }
        Load.deleteTopic(tidemark, "rest-read");
    }

    private static double perSecond(Load.Result result) {
        return result.records() / result.seconds();
    }

    private static byte[] hundredRecords() {
        StringBuilder body = new StringBuilder("{\"records\":[");
        for (int i = 0; i < 100; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"value\":\"")
                    .append("y".repeat(1024))
                    .append("\"}");
        }
        return body.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void post(
            Results into,
            HttpLoad load,
            String metric,
            String side,
            int port,
            String path,
            byte[] body,
            int connections,
            double seconds,
            int records)
            throws Exception {
        HttpLoad.Result result = load.post(port, path, JSON_V2, body, connections, seconds);
        into.add(metric, side, "records/s", result.perSecond() * records);
        into.add(metric + ", p99", side, "ms", Load.percentile(result.latenciesMs(), 99));
    }

    void sse(int runs) throws Exception {
        int barePort = ChildJvm.freePort();
        try (ChildJvm bare = bare(barePort)) {
            for (int run = 0; run < runs + 1; run++) {
                System.out.println(run == 0 ? "sse: warming" : "sse: run " + run + " of " + runs);
                Results into = run == 0 ? new Results() : results;
                bareSse(into, bare, barePort);
                tidemarkSse(into, run);
            }
        }
    }

    private void bareSse(Results into, ChildJvm bare, int port) throws Exception {
        try (SseLoad load =
                new SseLoad(port, "/events/" + EVENTS, SUBSCRIBERS, BareHttpServer.MARKER)) {
            double cpu = bare.cpuSeconds();
            long start = System.nanoTime();
            send(port, "/go", "");
            load.awaitMarker();
            sse(into, "bare", start, bare.cpuSeconds() - cpu);
        }
    }

    private void tidemarkSse(Results into, int run) throws Exception {
        String topic = "sse-" + run;
        Load.createTopic(tidemark, topic, 1, true);
        String record =
                "{\"value\":\""
                        + SsePayload.text("x".repeat(BareHttpServer.MARKER.length()))
                        + "\"}";
        String batch =
                "{\"records\":[" + (record + ",").repeat(EVENTS_PER_REQUEST - 1) + record + "]}";
        String last =
                "{\"records\":["
                        + (record + ",").repeat(EVENTS_PER_REQUEST - 1)
                        + "{\"value\":\""
                        + SsePayload.text(BareHttpServer.MARKER)
                        + "\"}]}";
        String path = "/topics/" + topic;
        try (SseLoad load =
                new SseLoad(
                        tidemark.httpPort(),
                        path + "/events?from=latest",
                        SUBSCRIBERS,
                        BareHttpServer.MARKER)) {
            double cpu = tidemark.cpuSeconds();
            long start = System.nanoTime();
            for (int i = 0; i < EVENTS / EVENTS_PER_REQUEST; i++) {
                send(tidemark.httpPort(), path, i < EVENTS / EVENTS_PER_REQUEST - 1 ? batch : last);
            }
            load.awaitMarker();
            sse(into, "tidemark", start, tidemark.cpuSeconds() - cpu);
        }
        Load.deleteTopic(tidemark, topic);
    }

    private static void sse(Results into, String side, long start, double cpuSeconds) {
        double events = (double) SUBSCRIBERS * EVENTS;
        into.add("SSE events", side, "events/s", events / ((System.nanoTime() - start) / 1e9));
        into.add("SSE CPU", side, "CPU s/M events", cpuSeconds / (events / 1e6));
    }

    private void send(int port, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", JSON_V2)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    path + " answered " + response.statusCode() + ": " + response.body());
        }
    }
}
