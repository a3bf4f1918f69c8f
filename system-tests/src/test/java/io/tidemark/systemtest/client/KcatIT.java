package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat (librdkafka): a client in C that shares no code with Kafka's own. */
@SharedBroker
class KcatIT {

    private final Broker broker;

    KcatIT(Broker broker) {
        this.broker = broker;
    }

    @BeforeEach
    void requireKcat() {
        assumeTrue(
                ExternalCommand.isInstalled("kcat"),
                "kcat is not installed (apt-get install kcat)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void shouldProduceAndConsumeWithEachCompression(String compression) {
        // Given
        String topic = newTopic(broker, 1);
        String lines =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> "line-" + i + "-which-compresses-rather-well\n")
                        .collect(Collectors.joining());

        // When
        kcat(lines, "-P", "-t", topic, "-p", "0", "-z", compression).expectSuccess();

        // Then
        String read = kcat(null, "-C", "-t", topic, "-o", "beginning", "-e", "-q").expectSuccess();
        assertThat(read).isEqualTo(lines);
        assertThat(Clients.readAll(broker, topic, 0, 2_000))
                .extracting(record -> record.value() + "\n")
                .containsExactlyElementsOf(lines.lines().map(line -> line + "\n").toList());
    }

    @Test
    void shouldListBrokersTopicsAndOffsets() {
        String topic = newTopic(broker, 3);
        assertThat(kcat(null, "-L").expectSuccess())
                .contains("127.0.0.1:" + broker.kafkaPort())
                .contains("topic \"" + topic + "\" with 3 partitions");
        kcat("one\ntwo\n", "-P", "-t", topic, "-p", "2").expectSuccess();
        assertThat(kcat(null, "-Q", "-t", topic + ":2:-1").expectSuccess()).contains("offset 2");
    }

    @Test
    void shouldKeepKeysAndHeadersAndSeek() {
        String topic = newTopic(broker, 1);
        kcat("k1=v1\nk2=v2\nk3=v3\n", "-P", "-t", topic, "-p", "0", "-K", "=", "-H", "h=x")
                .expectSuccess();

        String read =
                kcat(
                                null,
                                "-C",
                                "-t",
                                topic,
                                "-p",
                                "0",
                                "-o",
                                "1",
                                "-e",
                                "-q",
                                "-f",
                                "%o %k %s %h\\n")
                        .expectSuccess();

        assertThat(read).isEqualTo("1 k2 v2 h=x\n2 k3 v3 h=x\n");
    }

    @Test
    void shouldProduceIdempotently() {
        String topic = newTopic(broker, 1);
        kcat("a\nb\nc\n", "-P", "-t", topic, "-p", "0", "-X", "enable.idempotence=true")
                .expectSuccess();
        assertThat(Clients.readAll(broker, topic, 0, 3))
                .extracting(record -> record.value())
                .containsExactly("a", "b", "c");
    }

    private Finished kcat(@Nullable String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kcat", "-b", broker.kafka()));
        command.addAll(List.of(arguments));
        return ExternalCommand.run(command, input, Duration.ofSeconds(60));
    }
}
