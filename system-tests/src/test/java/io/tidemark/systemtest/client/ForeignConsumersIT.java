package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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
        assumeTrue(
                ExternalCommand.isInstalled("python3") && imports(library),
                "the Python library "
                        + library
                        + " is not installed (apt-get install python3-"
                        + library.replace('_', '-').replaceAll("^kafka$", "kafka")
                        + ")");
        Path program = resource("clients/consume_" + library + ".py");
        readsInTwoGoes(List.of("/usr/bin/python3", program.toString()));
    }

    @Test
    void shouldServeKafkajs() throws IOException {
        assumeTrue(ExternalCommand.isInstalled("npm"), "npm is not installed");
        Finished install =
                ExternalCommand.run(
                        List.of(
                                "npm",
                                "install",
                                "--prefix",
                                folder.toString(),
                                "--no-audit",
                                "--no-fund",
                                "kafkajs@2.2.4"),
                        null,
                        TIMEOUT);
        assumeTrue(
                install.exitCode() == 0,
                () -> "kafkajs could not be had from npm: " + install.output());
        Path program = folder.resolve("consume.js");
        Files.copy(resource("clients/consume_kafkajs.js"), program);
        readsInTwoGoes(List.of("node", program.toString()));
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

    private static boolean imports(String library) {
        return ExternalCommand.run("/usr/bin/python3", "-c", "import " + library).exitCode() == 0;
    }

    private Path resource(String name) throws IOException {
        Path file = folder.resolve(Path.of(name).getFileName().toString());
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("not on the class path: " + name);
            }
            Files.copy(in, file);
        }
        return file;
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
