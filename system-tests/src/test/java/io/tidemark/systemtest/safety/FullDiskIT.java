package io.tidemark.systemtest.safety;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.process.LoopVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up: clear errors, reads go on, and service returns with the space. */
class FullDiskIT {

    private static final long VOLUME_BYTES = 256L << 20;
    private static final long LEFT_BYTES = 6L << 20;
    private static final int VALUE_BYTES = 50_000;

    @Test
    void shouldRefuseWritesClearlyAndRecoverOnceThereIsSpace(@TempDir Path scratch)
            throws IOException {
        Optional<String> missing = LoopVolume.whyUnavailable(scratch);
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        try (LoopVolume volume =
                        LoopVolume.create(
                                scratch.resolve("disk.img"),
                                scratch.resolve("disk"),
                                VOLUME_BYTES);
                Broker broker = Broker.start(volume.folder().resolve("data"));
                Http http = new Http(broker)) {
            String topic = Clients.newTopic(broker, 1);
            List<String> acknowledged = new ArrayList<>();
            Path ballast = fill(volume);

            // When the disk fills up
            String refusal = produceUntilRefused(http, topic, acknowledged);

            // Then both protocols say so, and the rest goes on
            assertThat(refusal).containsPattern("(?i)disk|space|full|storage");
            assertKafkaProducerIsRefused(broker, topic);
            assertThat(broker.process().isAlive()).isTrue();
            assertAllThere(broker, topic, acknowledged);

            // When there is space again
            Files.delete(ballast);

            // Then writing works without a restart, and nothing acknowledged was lost
            await().atMost(Clients.PATIENCE)
                    .until(() -> produce(http, topic, "after").status() == 200);
            acknowledged.add("after");
            assertAllThere(broker, topic, acknowledged);
            broker.kill9();
            broker.restart();
            assertAllThere(broker, topic, acknowledged);
        }
    }

    /** Leaves a few megabytes free, by a file of random bytes outside the data folder. */
    private static Path fill(LoopVolume volume) throws IOException {
        Path ballast = volume.folder().resolve("ballast");
        byte[] chunk = new byte[1 << 20];
        new Random(1).nextBytes(chunk);
        try (var out = Files.newOutputStream(ballast)) {
            while (volume.folder().toFile().getUsableSpace() > LEFT_BYTES) {
                out.write(chunk);
            }
        }
        return ballast;
    }

    private static String produceUntilRefused(Http http, String topic, List<String> acknowledged) {
        for (int i = 0; i < 10_000; i++) {
            String value = "v" + i + "-" + "x".repeat(VALUE_BYTES);
            Http.Answer answer = produce(http, topic, value);
            if (answer.status() != 200) {
                assertThat(answer.status()).isGreaterThanOrEqualTo(500);
                return answer.error(answer.status(), answer.json().at("/error_code").asInt());
            }
            acknowledged.add(value);
        }
        throw new AssertionError("the disk never filled up");
    }

    private static Http.Answer produce(Http http, String topic, String value) {
        return http.post("/topics/" + topic + "/events", "text/plain", value);
    }

    private static void assertKafkaProducerIsRefused(Broker broker, String topic) {
        Map<String, Object> impatient =
                Map.of("delivery.timeout.ms", 5_000, "request.timeout.ms", 4_000, "linger.ms", 0);
        try (Producer<String, String> producer = Clients.producer(broker, impatient)) {
            String large = "k" + "x".repeat(900_000);
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                try {
                    Clients.get(producer.send(new ProducerRecord<>(topic, large)));
                } catch (KafkaException refused) {
                    failures.add(refused);
                    break;
                }
            }
            assertThat(failures).hasSize(1);
        }
    }

    /** In their order; records whose outcome stayed open may stand between them. */
    private static void assertAllThere(Broker broker, String topic, List<String> acknowledged) {
        try (var consumer = Clients.consumer(broker, Map.of())) {
            var partition = Clients.partition(topic, 0);
            int end =
                    requireNonNull(consumer.endOffsets(List.of(partition)).get(partition))
                            .intValue();
            List<String> values =
                    Clients.readAll(broker, topic, 0, end).stream()
                            .map(ConsumerRecord::value)
                            .toList();
            assertThat(values.stream().filter(acknowledged::contains).toList())
                    .hasSize(acknowledged.size());
            assertThat(values).containsSubsequence(acknowledged);
        }
    }
}
