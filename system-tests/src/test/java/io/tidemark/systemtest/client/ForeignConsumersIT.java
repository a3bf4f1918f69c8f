package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Consumers in groups that share no code with Kafka's own: each reads half of a topic, leaves, and
 * another of its kind goes on where it stopped.
 */
@SharedBroker
class ForeignConsumersIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(120);
    private static final int RECORDS = 40;

    private final Broker broker;
    private final String group = "g-" + UUID.randomUUID().toString().substring(0, 8);
    @TempDir private Path folder;

    ForeignConsumersIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldServeKcatInAGroup() {
        assumeTrue(
                ExternalCommand.isInstalled("kcat"),
                "kcat is not installed (apt-get install kcat)");
        String topic = filledTopic();

        String read =
                run(
                        List.of(
                                "kcat",
                                "-b",
                                broker.kafka(),
                                "-G",
                                group,
                                "-X",
                                "auto.offset.reset=earliest",
                                "-c",
                                Integer.toString(RECORDS),
                                "-q",
                                topic));

        assertThat(read.lines()).containsExactlyInAnyOrderElementsOf(values(0, RECORDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "confluent_kafka"})
    void shouldServePython(String library) throws IOException {
        readsInTwoGoes(ForeignClients.python(library, "consume", folder));
    }

    @Test
    void shouldServeKafkajs() throws IOException {
        readsInTwoGoes(ForeignClients.kafkajs("consume", folder));
    }

    /** The programs take: bootstrap server, group, topic, how many records to read. */
    private void readsInTwoGoes(List<String> program) {
        String topic = filledTopic();
        List<String> first = read(program, topic);
        List<String> second = read(program, topic);

        assertThat(first).hasSize(RECORDS / 2);
        assertThat(second).hasSize(RECORDS / 2).doesNotContainAnyElementsOf(first);
    }

    private List<String> read(List<String> program, String topic) {
        List<String> command = new java.util.ArrayList<>(program);
        command.addAll(List.of(broker.kafka(), group, topic, Integer.toString(RECORDS / 2)));
        return run(command).lines().filter(line -> line.startsWith("value-")).toList();
    }

    private static String run(List<String> command) {
        return ExternalCommand.run(command, null, TIMEOUT).expectSuccess();
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "value-" + i).toList();
    }

    private String filledTopic() {
        String topic = newTopic(broker, 3);
        try (Producer<String, String> producer = Clients.producer(broker, Map.of())) {
            values(0, RECORDS)
                    .forEach(value -> producer.send(new ProducerRecord<>(topic, value, value)));
        }
        return topic;
    }
}
