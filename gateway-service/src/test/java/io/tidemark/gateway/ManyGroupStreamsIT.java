package io.tidemark.gateway;

import static io.tidemark.gateway.FixedControlPlane.TOPIC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many groups' streams in one gateway. Prints what they cost; with clients and node in the same
 * process, that is an upper bound.
 */
class ManyGroupStreamsIT extends RunningGateway {

    private static final int STREAMS = Integer.getInteger("tidemark.test.streams", 200);
    private static final int RECORDS = Integer.getInteger("tidemark.test.records", 50);
    private static final int PARTITIONS = 4;

    private final List<Socket> sockets = new ArrayList<>();
    private final ScriptedGroupNode node;

    ManyGroupStreamsIT() throws IOException {
        node = new ScriptedGroupNode(PARTITIONS);
    }

    @Override
    ControlPlane controlPlane() {
        FixedControlPlane fixed = new FixedControlPlane(node.port(), PARTITIONS);
        fixed.subscribe((image, deltas) -> node.serve(image.topic(TOPIC).orElseThrow().id()));
        return fixed;
    }

    @AfterEach
    @Override
    void stop() {
        super.stop();
        node.close();
    }

    @Test
    void shouldServeManyGroupsFromOneTail() throws Exception {
        long before = usedBytes();
        AtomicInteger assigned = new AtomicInteger();
        AtomicLong records = new AtomicLong();
        for (int i = 0; i < STREAMS; i++) {
            Socket socket = new Socket("127.0.0.1", port);
            sockets.add(socket);
            write(
                    socket,
                    "GET /groups/g%d/events?topics=orders&from=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .formatted(i));
            Thread.ofVirtual().start(() -> read(socket, assigned, records));
        }
        await(() -> assigned.get() >= STREAMS, Duration.ofSeconds(120));
        long open = usedBytes();

        // When
        String payload = "x".repeat(1_000);
        long start = System.nanoTime();
        for (int i = 0; i < RECORDS; i++) {
            node.append(i % PARTITIONS, payload);
        }
        long all = (long) STREAMS * RECORDS;
        await(() -> records.get() >= all, Duration.ofSeconds(300));
        long tookMs = (System.nanoTime() - start) / 1_000_000;

        // Then
        System.out.printf(
                "%d group streams: %d MB of heap before, %d open, %d after %d events in %d ms%n",
                STREAMS, before >> 20, open >> 20, usedBytes() >> 20, all, tookMs);
        assertThat(records.get()).isEqualTo(all);
        await(
                () ->
                        IntStream.range(0, STREAMS)
                                .allMatch(
                                        i ->
                                                node.committed("g" + i).values().stream()
                                                                .mapToLong(each -> each)
                                                                .sum()
                                                        == RECORDS),
                Duration.ofSeconds(60));
        for (Socket socket : sockets) {
            socket.close();
        }
        await(
                () -> IntStream.range(0, STREAMS).allMatch(i -> node.members("g" + i) == 0),
                Duration.ofSeconds(60));
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void read(Socket socket, AtomicInteger assigned, AtomicLong records) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("data: {\"member_id\"") && line.contains("\"partition\":3")) {
                    assigned.incrementAndGet();
                } else if (line.startsWith("data: {\"topic\"")) {
                    records.incrementAndGet();
                }
            }
        } catch (IOException closed) {
            // By the test.
        }
    }
}
