package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.readAll;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Producing without an envelope: any body, NDJSON, and curl. */
@SharedBroker
class NativeProduceIT {

    private final Broker broker;
    private final Http http;

    NativeProduceIT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void shouldTakeAnyBodyAsItIs() {
        String topic = newTopic(broker, 3);

        JsonNode answer =
                http.send(
                                http.request("/topics/" + topic + "/events?key=k%201&partition=2")
                                        .header("Content-Type", "image/x-anything")
                                        .header("X-Header-Trace", "t-1")
                                        .POST(BodyPublishers.ofString("not {json")))
                        .ok();

        assertThat(answer.at("/topic").asString()).isEqualTo(topic);
        assertThat(answer.at("/partition").asInt()).isEqualTo(2);
        assertThat(answer.at("/offset").asLong()).isZero();
        assertThat(answer.at("/timestamp").asLong()).isPositive();
        ConsumerRecord<String, String> record = readAll(broker, topic, 2, 1).getFirst();
        assertThat(record.key()).isEqualTo("k 1");
        assertThat(record.value()).isEqualTo("not {json");
        assertThat(record.headers())
                .anySatisfy(
                        header -> {
                            assertThat(header.key()).isEqualToIgnoringCase("Trace");
                            assertThat(header.value()).isEqualTo("t-1".getBytes(UTF_8));
                        });
    }

    @Test
    void shouldReturnACursorThatReadsOnesOwnWrite() {
        String topic = newTopic(broker, 2);
        String cursor =
                http.post("/topics/" + topic + "/events", "text/plain", "mine")
                        .ok()
                        .at("/cursor")
                        .asString();
        assertThat(cursor).isNotBlank();
        try (EventReader events =
                new EventReader(broker, "/topics/" + topic + "/events?from=" + cursor, null)) {
            assertThat(events.records(1).getFirst().json().at("/value").asString())
                    .isEqualTo("mine");
        }
    }

    @Test
    void shouldProduceNdjsonAndAnswerALineForEach() {
        String topic = newTopic(broker, 1);
        String lines =
                IntStream.range(0, 500)
                        .mapToObj(i -> "{\"key\":\"k\",\"value\":{\"n\":" + i + "}}\n")
                        .collect(Collectors.joining());

        Http.Answer answer = http.post("/topics/" + topic + "/events", Http.NDJSON, lines);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Long> offsets =
                answer.body().lines().map(line -> Http.parse(line).at("/offset").asLong()).toList();
        assertThat(offsets).hasSize(500).isSorted().doesNotHaveDuplicates();
        List<ConsumerRecord<String, String>> records = readAll(broker, topic, 0, 500);
        for (int i = 0; i < 500; i++) {
            assertThat(records.get(i).value()).isEqualTo("{\"n\":" + i + "}");
        }
    }

    @Test
    void shouldServeCurl() {
        assumeTrue(ExternalCommand.isInstalled("curl"), "curl is not installed");
        String topic = newTopic(broker, 1);
        String url = broker.http("/topics/" + topic + "/events").toString();

        String answer =
                ExternalCommand.run("curl", "-sS", "--fail", "-d", "hello", url).expectSuccess();
        assertThat(Http.parse(answer).at("/offset").asLong()).isZero();

        // curl ends by its own time limit (28), having shown what it received.
        String stream =
                ExternalCommand.run(
                                List.of("curl", "-sN", "--max-time", "3", url + "?from=earliest"),
                                null,
                                Duration.ofSeconds(30))
                        .output();
        assertThat(stream).contains("\"value\":\"hello\"").contains("id:");
    }
}
