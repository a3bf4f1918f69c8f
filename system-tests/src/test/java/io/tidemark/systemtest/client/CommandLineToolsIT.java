package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Kafka's command-line tools, unmodified. */
@SharedBroker
class CommandLineToolsIT {

    private final Broker broker;

    CommandLineToolsIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldManageTopicsAndConfigurations() {
        String topic = "tools-" + UUID.randomUUID();
        String topics = "org.apache.kafka.tools.TopicCommand";

        tool(
                topics,
                "--create",
                "--topic",
                topic,
                "--partitions",
                "2",
                "--config",
                "retention.ms=100000");
        assertThat(tool(topics, "--list")).contains(topic);
        tool(topics, "--alter", "--topic", topic, "--partitions", "3");
        assertThat(tool(topics, "--describe", "--topic", topic))
                .contains("PartitionCount: 3")
                .contains("retention.ms=100000");

        String configs = "kafka.admin.ConfigCommand";
        tool(configs, "--alter", "--topic", topic, "--add-config", "segment.bytes=5000000");
        assertThat(tool(configs, "--describe", "--topic", topic))
                .contains("segment.bytes=5000000")
                .contains("retention.ms=100000");

        tool(topics, "--delete", "--topic", topic);
        assertThat(tool(topics, "--list")).doesNotContain(topic);
    }

    @Test
    void shouldProduceAndConsumeOnTheConsole() {
        String topic = newTopic(broker, 1);

        KafkaTool.runWithInput(
                        "a:first\nb:second\nc:third\n",
                        "org.apache.kafka.tools.ConsoleProducer",
                        "--bootstrap-server",
                        broker.kafka(),
                        "--topic",
                        topic,
                        "--property",
                        "parse.key=true",
                        "--property",
                        "key.separator=:")
                .expectSuccess();

        assertThat(
                        tool(
                                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                                "--topic",
                                topic,
                                "--partition",
                                "0",
                                "--offset",
                                "1",
                                "--max-messages",
                                "2",
                                "--property",
                                "print.key=true",
                                "--property",
                                "key.separator=="))
                .contains("b=second\nc=third\n")
                .doesNotContain("first");
        assertThat(tool("org.apache.kafka.tools.GetOffsetShell", "--topic", topic))
                .contains(topic + ":0:3");
    }

    @Test
    void shouldMeasureProducersAndTellApiVersions() {
        String topic = newTopic(broker, 2);

        assertThat(
                        KafkaTool.run(
                                        "org.apache.kafka.tools.ProducerPerformance",
                                        "--topic",
                                        topic,
                                        "--num-records",
                                        "20000",
                                        "--record-size",
                                        "200",
                                        "--throughput",
                                        "-1",
                                        "--producer-props",
                                        "bootstrap.servers=" + broker.kafka())
                                .expectSuccess())
                .contains("20000 records sent");
        assertThat(tool("org.apache.kafka.tools.BrokerApiVersionsCommand"))
                .contains("Produce(0)")
                .contains("Fetch(1)");
    }

    private String tool(String mainClass, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = broker.kafka();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return KafkaTool.run(mainClass, all).expectSuccess();
    }
}
