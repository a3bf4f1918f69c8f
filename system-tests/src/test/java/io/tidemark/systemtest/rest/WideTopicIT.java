package io.tidemark.systemtest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of thousands of partitions, used at once: what holds nothing costs its disk nothing. */
class WideTopicIT {

    private static final int PARTITIONS = 3_000;
    private static final String WIDE = "/topics/wide/events";

    @Test
    void shouldFollowANewTopicOfManyPartitionsAtOnce(@TempDir Path scratch) throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            http.post(
                            http.clusterPath() + "/topics",
                            Http.JSON,
                            "{\"topic_name\":\"wide\",\"partitions_count\":%d}"
                                    .formatted(PARTITIONS))
                    .expect(201);
            try (EventReader events = new EventReader(broker, WIDE, null)) {
                assertThat(events.status()).isEqualTo(200);

                http.post(WIDE, Http.JSON, "{\"n\":1}").ok();

                assertThat(events.next().json().at("/value/n").asInt()).isEqualTo(1);
            }
            assertThat(segmentsIn(broker)).isOne();

            // When it goes down, and comes up with folders that hold no log
            broker.kill9();
            broker.restart();

            // Then
            assertThat(segmentsIn(broker)).isOne();
            try (EventReader events = new EventReader(broker, WIDE + "?from=earliest", null)) {
                assertThat(events.next().json().at("/value/n").asInt()).isEqualTo(1);
                http.post(WIDE, Http.JSON, "{\"n\":2}").ok();
                assertThat(events.next().json().at("/value/n").asInt()).isEqualTo(2);
            }
            broker.stop();
            broker.restart();
            try (EventReader events = new EventReader(broker, WIDE + "?from=earliest", null)) {
                List<Integer> values =
                        events.records(2).stream()
                                .map(event -> event.json().at("/value/n").asInt())
                                .toList();
                assertThat(values).containsExactlyInAnyOrder(1, 2);
            }
        }
    }

    /** Of all partitions; one without records has none. */
    private static long segmentsIn(Broker broker) throws IOException {
        long segments = 0;
        for (int partition : IntStream.range(0, PARTITIONS).toArray()) {
            Path folder = broker.dataFolder().resolve("log/wide-" + partition);
            try (Stream<Path> found = Files.list(folder)) {
                segments += found.filter(file -> file.toString().endsWith(".log")).count();
            }
        }
        return segments;
    }
}
