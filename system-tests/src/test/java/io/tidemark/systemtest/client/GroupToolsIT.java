package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka's command-line tools for consumer groups, unmodified. */
@SharedBroker
class GroupToolsIT {
    private static final String GROUPS =
            "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
    private static final String CONSOLE = "org.apache.kafka.tools.consumer.ConsoleConsumer";

    private final Broker broker;
    private final String group = "g-" + UUID.randomUUID().toString().substring(0, 8);

    GroupToolsIT(Broker broker) {
        this.broker = broker;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void shouldShowMembersAndLag(String protocol) {
        String topic = filledTopic(2, 100);
        try (Consumer<String, String> consumer = subscribed(topic, protocol)) {
            Clients.poll(consumer, 100);
            consumer.commitSync();

            assertThat(groups("--list")).contains(group);
            assertThat(groups("--list", "--state")).containsPattern(group + " .*Stable");
            assertThat(groups("--describe", "--group", group))
                    .contains(topic)
                    .containsPattern(topic + " +0 +50 +50 +0")
                    .containsPattern(topic + " +1 +50 +50 +0");
            assertThat(groups("--describe", "--group", group, "--members", "--verbose"))
                    .containsPattern(group + " .*" + topic);
            assertThat(groups("--describe", "--group", group, "--state"))
                    .containsPattern(group + " .*Stable +1");
        }
    }

    @Test
    void shouldResetOffsetsOfAnEmptyGroupOnly() {
        String topic = filledTopic(1, 100);
        try (Consumer<String, String> consumer = subscribed(topic, "classic")) {
            Clients.poll(consumer, 100);
            consumer.commitSync();
            Finished refused = reset(topic, "--to-earliest");
            assertThat(refused.output()).contains("Assignments can only be reset if the group");
        }

        assertThat(reset(topic, "--to-offset", "30").expectSuccess())
                .containsPattern(topic + " +0 +30");
        assertThat(groups("--describe", "--group", group))
                .containsPattern(topic + " +0 +30 +100 +70");
        assertThat(reset(topic, "--shift-by", "5").expectSuccess())
                .containsPattern(topic + " +0 +35");
        assertThat(reset(topic, "--to-latest").expectSuccess()).containsPattern(topic + " +0 +100");
        assertThat(reset(topic, "--to-datetime", "2020-01-01T00:00:00.000").expectSuccess())
                .containsPattern(topic + " +0 +0");
    }

    @Test
    void shouldDeleteOffsetsAndGroups() {
        String topic = filledTopic(1, 10);
        try (Consumer<String, String> consumer = subscribed(topic, "classic")) {
            Clients.poll(consumer, 10);
            consumer.commitSync();
            assertThat(tool(GROUPS, "--delete", "--group", group).output()).contains("not empty");
            assertThat(
                            tool(GROUPS, "--delete-offsets", "--group", group, "--topic", topic)
                                    .output())
                    .contains("subscribed to");
        }

        assertThat(groups("--delete-offsets", "--group", group, "--topic", topic))
                .contains("Successful");
        assertThat(groups("--delete", "--group", group)).contains("successful");
        assertThat(groups("--list")).doesNotContain(group);
        assertThat(tool(GROUPS, "--describe", "--group", group).output()).contains("not found");
    }

    @Test
    void shouldConsumeOnTheConsoleWithAGroup() {
        String topic = filledTopic(3, 30);

        String first = console(topic, "--max-messages", "30");
        assertThat(first.lines().filter(line -> line.startsWith("value-"))).hasSize(30);
        produce(topic, 3, 30, 33);
        String next = console(topic, "--max-messages", "3");

        assertThat(next.lines().filter(line -> line.startsWith("value-")))
                .containsExactlyInAnyOrder("value-30", "value-31", "value-32");
    }

    @Test
    void shouldRunTheVerifiableConsumer() {
        String topic = filledTopic(2, 50);

        String events =
                tool(
                                "org.apache.kafka.tools.VerifiableConsumer",
                                "--topic",
                                topic,
                                "--group-id",
                                group,
                                "--max-messages",
                                "50",
                                "--reset-policy",
                                "earliest")
                        .expectSuccess();

        assertThat(events)
                .contains("\"name\":\"partitions_assigned\"")
                .contains("\"name\":\"records_consumed\"")
                .contains("\"success\":true")
                .contains("\"name\":\"shutdown_complete\"");
    }

    @Test
    void shouldMeasureConsumers() {
        String topic = filledTopic(2, 5_000);
        assertThat(
                        tool(
                                        "org.apache.kafka.tools.ConsumerPerformance",
                                        "--topic",
                                        topic,
                                        "--group",
                                        group,
                                        "--messages",
                                        "5000",
                                        "--timeout",
                                        "30000")
                                .expectSuccess())
                .contains("5000");
    }

    private String console(String topic, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--topic",
                                topic,
                                "--group",
                                group,
                                "--timeout-ms",
                                "30000",
                                "--from-beginning"));
        all.addAll(List.of(arguments));
        return tool(CONSOLE, all.toArray(String[]::new)).expectSuccess();
    }

    private Finished reset(String topic, String... to) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--reset-offsets",
                                "--execute",
                                "--group",
                                group,
                                "--topic",
                                topic));
        all.addAll(List.of(to));
        return tool(GROUPS, all.toArray(String[]::new));
    }

    private Consumer<String, String> subscribed(String topic, String protocol) {
        Consumer<String, String> consumer =
                Clients.consumer(
                        broker,
                        Map.of(
                                "group.id",
                                group,
                                "group.protocol",
                                protocol,
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                "false"));
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private String filledTopic(int partitions, int records) {
        String topic = newTopic(broker, partitions);
        produce(topic, partitions, 0, records);
        return topic;
    }

    private void produce(String topic, int partitions, int from, int to) {
        try (Producer<String, String> producer = Clients.producer(broker, Map.of())) {
            IntStream.range(from, to)
                    .forEach(
                            i ->
                                    producer.send(
                                            new ProducerRecord<>(
                                                    topic, i % partitions, null, "value-" + i)));
        }
    }

    private String groups(String... arguments) {
        return tool(GROUPS, arguments).expectSuccess();
    }

    private Finished tool(String mainClass, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = broker.kafka();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return KafkaTool.run(mainClass, all);
    }
}
