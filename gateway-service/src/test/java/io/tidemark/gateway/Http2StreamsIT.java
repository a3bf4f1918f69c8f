package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http2.Http2Headers;
import io.tidemark.metadata.control.ControlPlane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events over one connection of HTTP/2. */
@Timeout(120)
class Http2StreamsIT extends RunningGateway {

    private static final int STREAMS = 120;
    private static final int VALUE_BYTES = 10_000;
    private static final int CANCEL = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern ID = Pattern.compile("id: (\\S+)");

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ChangingControlPlane cluster;

    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        cluster = new ChangingControlPlane(node.port());
        return cluster;
    }

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.stream.stall-timeout",
                "6s",
                "tidemark.stream.heartbeat",
                "1s",
                "tidemark.stream.pending-size",
                "64KB");
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private void make(String topic) {
        node.know(topic, cluster.make(topic, 1));
    }

    private static Http2Headers sse(Http2Headers head) {
        return head.set("accept", "text/event-stream");
    }

    private int streams() {
        return (int)
                context.getBean(MeterRegistry.class).get("tidemark.stream.open").gauge().value();
    }

    @Test
    void shouldServeManyStreamsOverOneConnection() throws Exception {
        // Given: streams of a topic, half of them by /events
        make("a");
        try (Http2Client client = new Http2Client(port)) {
            List<Http2Client.Exchange> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                String path = i % 2 == 0 ? "/topics/a/events" : "/events?topics=a";
                streams.add(client.send(sse(client.head(path)), true));
            }
            await(() -> streams() == STREAMS, PATIENCE);
            streams.forEach(stream -> await(() -> stream.text().contains("id: "), PATIENCE));

            // When
            node.append("a", 0, "first");

            // Then
            streams.forEach(stream -> await(() -> stream.text().contains("first"), PATIENCE));
            assertThat(
                            context.getBean(MeterRegistry.class)
                                    .get("tidemark.gateway.connections")
                                    .gauge()
                                    .value())
                    .isEqualTo(1);

            // And those that are given up are over, and the others go on
            streams.subList(1, STREAMS).forEach(Http2Client.Exchange::cancel);
            await(() -> streams() == 1, PATIENCE);
            node.append("a", 0, "second");
            await(() -> streams.getFirst().text().contains("second"), PATIENCE);
            assertThat(client.goneAway).isEqualTo(-1);
        }
        await(() -> streams() == 0, PATIENCE);
    }

    @Test
    void shouldResumeAndSayHowItEnds() throws Exception {
        make("a");
        for (int i = 0; i < 5; i++) {
            node.append("a", 0, "value-" + i);
        }
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange first =
                    client.send(sse(client.head("/topics/a/events?from=earliest&limit=2")), true);
            await(first::over, PATIENCE);
            Matcher ids = ID.matcher(first.text().split("event: end")[0]);
            String last = "";
            while (ids.find()) {
                last = ids.group(1);
            }
            Http2Client.Exchange second =
                    client.send(
                            sse(client.head("/topics/a/events?until=latest"))
                                    .set("last-event-id", last),
                            true);
            await(second::over, PATIENCE);

            assertThat(first.text()).contains("value-0", "value-1", "event: end");
            assertThat(first.text()).doesNotContain("value-2");
            assertThat(second.text()).contains("value-2", "value-4", "event: end");
            assertThat(second.text()).doesNotContain("value-1");
            assertThat(first.ended && second.ended).isTrue();
        }
    }

    @Test
    void shouldNotHaveOthersWaitForOneThatDoesNotRead() throws Exception {
        // Given: streams of one connection, two of which nobody reads
        make("a");
        String value = "x".repeat(VALUE_BYTES);
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange slow = client.send(sse(client.head("/topics/a/events")), true);
            Http2Client.Exchange slowToo = client.send(sse(client.head("/events?topics=a")), true);
            Http2Client.Exchange good = client.send(sse(client.head("/topics/a/events")), true);
            for (Http2Client.Exchange stream : List.of(slow, slowToo, good)) {
                await(() -> stream.text().contains("id: "), PATIENCE);
            }
            slow.reads(false);
            slowToo.reads(false);

            // When: more goes by than windows, sockets and outlets hold
            int records = 1_000;
            for (int i = 0; i < records; i++) {
                node.append("a", 0, value);
            }

            // Then
            await(() -> good.bytes.get() > (long) records * VALUE_BYTES, PATIENCE);
            assertThat(slow.bytes.get()).isLessThan(200_000);
            Http2Client.Exchange request = client.get("/topics");
            await(request::over, PATIENCE);
            assertThat(request.status()).isEqualTo(200);
            // They are left in time, by themselves
            await(() -> streams() == 1, PATIENCE);
            slow.reads(true);
            slowToo.reads(true);
            await(() -> slow.over() && slowToo.over(), PATIENCE);
            assertThat(List.of(slow.reset, slowToo.reset)).containsOnly((long) CANCEL);
            assertThat(good.over()).isFalse();
        }
    }

    @Test
    void shouldReadOnWhereAStreamIsReadAgain() throws Exception {
        make("a");
        String value = "x".repeat(VALUE_BYTES);
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange stream =
                    client.send(sse(client.head("/topics/a/events?limit=200")), true);
            await(() -> stream.text().contains("id: "), PATIENCE);
            stream.reads(false);
            for (int i = 0; i < 200; i++) {
                node.append("a", 0, value + i);
            }
            await(() -> node.fetches() > 0);
            stream.reads(true);
            await(stream::over, PATIENCE);

            assertThat(stream.ended).as(stream.toString()).isTrue();
            assertThat(stream.text().lines().filter(line -> line.contains(value)))
                    .extracting(line -> line.substring(line.lastIndexOf('x') + 1).split("\"", 2)[0])
                    .containsExactlyElementsOf(
                            IntStream.range(0, 200).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void shouldEndStreamsWhenItStops() throws Exception {
        make("a");
        try (Http2Client client = new Http2Client(port)) {
            Http2Client.Exchange stream = client.send(sse(client.head("/topics/a/events")), true);
            await(() -> stream.text().contains("id: "), PATIENCE);

            Thread stopping = Thread.ofVirtual().start(context::close);

            await(stream::over, PATIENCE);
            assertThat(stream.ended).isTrue();
            await(() -> !client.isOpen(), PATIENCE);
            stopping.join();
        }
    }
}
