package io.tidemark.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnservedNodeConfigsTest {
    private final ConfigDefinitions nodes = ConfigDefinitions.ofNodes();

    @ParameterizedTest
    @CsvSource({
        "num.io.threads, tidemark.partition.event-loops",
        "max.connections.per.ip, tidemark.partition.max-connections-per-ip",
        "ssl.keystore.location, TLS is not available yet",
        "log.cleaner.threads, log compaction is not available yet",
        "remote.log.reader.threads, tiered storage is not available",
        "metric.reporters, /actuator/prometheus",
        "listener.name.internal.ssl.keystore.location, TLS is not available yet",
        "listener.name.internal.scram-sha-256.sasl.jaas.config, authentication is not available",
        "listener.name.internal.max.connections, tidemark.partition.max-connections",
    })
    void shouldSayWhyAndWhatToUseInstead(String name, String reason) {
        assertThat(nodes.knows(name)).isTrue();
        assertThat(nodes.problemWith(name, "1"))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .startsWith("Config " + name + " cannot be set: ")
                                        .contains(reason));
    }

    @ParameterizedTest
    @CsvSource({"num.io.thread", "ssl", "listener.name.internal.bananas", "my.own.config"})
    void shouldNotKnowWhatKafkaDoesNot(String name) {
        assertThat(nodes.knows(name)).isFalse();
        assertThat(nodes.problemWith(name, "1"))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("Unknown node config"));
    }

    @Test
    void shouldNotRefuseWhatIsServed() {
        assertThat(nodes.all())
                .allSatisfy(
                        served ->
                                assertThat(UnservedNodeConfigs.reason(served.name()))
                                        .as(served.name())
                                        .isEmpty());
    }

    @Test
    void shouldKeepToTheNamesOfNodes() {
        assertThat(ConfigDefinitions.ofTopics().knows("num.io.threads")).isFalse();
    }
}
