package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.producer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.process.BrowserProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser's own EventSource, on a page of another origin, as a member of a group. */
class BrowserEventsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GROUP = "browsers";
    private static final int PARTITIONS = 3;

    /** Much shorter than the session of a member that has not said that it leaves. */
    private static final Duration LEAVING = Duration.ofSeconds(20);

    /** An EventSource's readyState. */
    private static final String CLOSED = "2";

    @TempDir private Path folder;

    @Test
    void shouldShowAPageEveryRecordOnceAndLeaveTheGroupWithIt() throws IOException {
        assumeTrue(BrowserProcess.isInstalled(), "chromium is not installed");
        try (BrowserPage page = new BrowserPage();
                Broker broker = Broker.start(allowing(page.origin()));
                Http http = new Http(broker)) {
            // Given
            String topic = newTopic(broker, PARTITIONS);
            produce(broker, topic, 0, 100);
            URI events = broker.http("/groups/" + GROUP + "/events?from=earliest&topics=" + topic);

            // When
            try (BrowserProcess browser =
                    BrowserProcess.open(
                            page.following(events),
                            Files.createDirectory(folder.resolve("profile")))) {
                awaitMessages(page, 100);
                assertThat(members(http)).isEqualTo(1);
                produce(broker, topic, 100, 200);
                awaitMessages(page, 200);
                await("all of it is committed").atMost(PATIENCE).until(() -> lag(http) == 0);

                // Then
                assertThat(values(page)).containsExactlyInAnyOrderElementsOf(expected(0, 200));
                assertThat(page.seen("error")).isEmpty();
                assertThat(Http.parse(page.seen("assigned").getLast()).at("/partitions"))
                        .hasSize(PARTITIONS);
            }
            await("its member leaves").atMost(LEAVING).until(() -> members(http) == 0);
        }
    }

    @Test
    void shouldGiveAPageNoMoreThanItsLimit() throws IOException {
        assumeTrue(BrowserProcess.isInstalled(), "chromium is not installed");
        try (BrowserPage page = new BrowserPage();
                Broker broker = Broker.start(allowing(page.origin()))) {
            // Given
            String topic = newTopic(broker, PARTITIONS);
            produce(broker, topic, 0, 20);
            URI events = broker.http("/topics/" + topic + "/events?from=earliest&limit=5");

            // When
            try (BrowserProcess browser =
                    BrowserProcess.open(
                            page.following(events),
                            Files.createDirectory(folder.resolve("profile")))) {
                await("the browser is told that there is no more, and closes the source")
                        .atMost(PATIENCE)
                        .until(() -> page.seen("error").contains(CLOSED));
            }

            // Then
            assertThat(page.seen("message")).hasSize(5);
            assertThat(page.seen("end")).hasSize(1);
        }
    }

    private Installation allowing(String origin) {
        Installation installation = Installation.tidemark(folder.resolve("data"));
        return installation.launchedBy(
                installation.launch().with("tidemark.gateway.allowed-origins", origin));
    }

    private static void awaitMessages(BrowserPage page, int count) {
        await("%d records in the page".formatted(count))
                .atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(page.seen("message"))
                                        .as("beside %s", page.seen("error"))
                                        .hasSizeGreaterThanOrEqualTo(count));
    }

    private static List<String> values(BrowserPage page) {
        return page.seen("message").stream()
                .map(data -> Http.parse(data).at("/value").asString())
                .toList();
    }

    private static int members(Http http) {
        return http.get(group(http) + "/consumers").ok().at("/data").size();
    }

    private static long lag(Http http) {
        return http.get(group(http) + "/lags")
                .ok()
                .at("/data")
                .valueStream()
                .mapToLong(each -> each.at("/lag").asLong(1))
                .sum();
    }

    private static String group(Http http) {
        return http.clusterPath() + "/consumer-groups/" + GROUP;
    }

    private static List<String> expected(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    private static void produce(Broker broker, String topic, int from, int to) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, "v" + i));
            }
        }
    }
}
