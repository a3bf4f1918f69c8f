package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.metadata.config.ConfigDefinitions;
import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's tools set, clear and describe of brokers, and what they are told. */
@SharedBroker
class BrokerConfigsIT extends AdminFixture {
    private static final ConfigResource ALL_BROKERS = new ConfigResource(Type.BROKER, "");
    private static final Set<String> OF_KAFKA = DynamicBrokerConfig.ALL_DYNAMIC_CONFIGS;

    BrokerConfigsIT(Broker broker) {
        super(broker);
    }

    @Test
    void shouldKnowEveryDynamicConfigOfKafka() {
        assertThat(OF_KAFKA).hasSizeGreaterThan(90);
        assertThat(OF_KAFKA).allMatch(ConfigDefinitions.ofNodes()::knows);
    }

    @Test
    void shouldClearEveryDynamicConfigOfKafkaThoughNoneIsSet() {
        List<AlterConfigOp> clear =
                OF_KAFKA.stream().map(name -> change(name, "", OpType.DELETE)).toList();

        alter(ALL_BROKERS, clear);
        alter(node(), clear);

        assertThat(describe(ALL_BROKERS)).noneMatch(entry -> OF_KAFKA.contains(entry.name()));
    }

    @Test
    void shouldServeOrRefuseEveryDynamicConfigOfKafka() {
        for (String name : OF_KAFKA) {
            if (ConfigDefinitions.ofNodes().find(name).isEmpty()) {
                assertThatThrownBy(() -> alter(node(), List.of(change(name, "1", OpType.SET))))
                        .as(name)
                        .isInstanceOf(InvalidConfigurationException.class)
                        .hasMessageContaining("Config " + name + " cannot be set: ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--entity-default", "--entity-name"})
    void shouldSetDescribeAndClearWithTheTool(String of) {
        List<String> whom = new ArrayList<>(List.of("--entity-type", "brokers", of));
        if (of.equals("--entity-name")) {
            whom.add(node().name());
        }

        tool(whom, "--alter", "--add-config", "log.retention.ms=7200000").expectSuccess();
        assertThat(tool(whom, "--describe").expectSuccess()).contains("log.retention.ms=7200000");
        tool(whom, "--alter", "--delete-config", "log.retention.ms").expectSuccess();
        assertThat(tool(whom, "--describe").expectSuccess()).doesNotContain("7200000");

        Finished refused = tool(whom, "--alter", "--add-config", "num.io.threads=4");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output())
                .contains("Config num.io.threads cannot be set")
                .contains("tidemark.partition.event-loops");
    }

    @Test
    void shouldNotKnowWhatKafkaDoesNot() {
        for (OpType how : List.of(OpType.SET, OpType.DELETE)) {
            assertThatThrownBy(() -> alter(ALL_BROKERS, List.of(change("my.own.config", "1", how))))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("Unknown node config 'my.own.config'");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BROKER_LOGGER", "CLIENT_METRICS", "GROUP"})
    void shouldNameTheResourceThatHasNoConfiguration(Type type) {
        ConfigResource resource =
                new ConfigResource(type, type == Type.BROKER_LOGGER ? node().name() : "any");

        assertThatThrownBy(() -> describe(resource))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("There is no configuration of " + type);
        for (OpType how : List.of(OpType.SET, OpType.DELETE)) {
            assertThatThrownBy(() -> alter(resource, List.of(change("any", "INFO", how))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("There is no configuration of " + type);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', os, DYNAMIC_DEFAULT_BROKER_CONFIG",
        "flush=fsync, fsync, DYNAMIC_TOPIC_CONFIG",
        "flush.messages=1, fsync, DYNAMIC_TOPIC_CONFIG",
    })
    void shouldFlushTopicsAsTheClusterDoesUnlessTheySay(
            String own, String flush, ConfigSource source) {
        String topic = newTopic(broker, 1, configs(own));
        alter(ALL_BROKERS, List.of(change("log.flush", "os", OpType.SET)));
        try {
            for (String each : List.of(topic, newTopic(broker, 1, configs(own)))) {
                awaitFlush(each, flush, source);
            }
        } finally {
            alter(ALL_BROKERS, List.of(change("log.flush", "", OpType.DELETE)));
        }
        awaitFlush(topic, "fsync", own.isEmpty() ? ConfigSource.DEFAULT_CONFIG : source);
    }

    private void awaitFlush(String topic, String flush, ConfigSource source) {
        await().atMost(Clients.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(describe(new ConfigResource(Type.TOPIC, topic)))
                                        .filteredOn(entry -> entry.name().equals("flush"))
                                        .singleElement()
                                        .satisfies(
                                                entry -> {
                                                    assertThat(entry.value()).isEqualTo(flush);
                                                    assertThat(entry.source()).isEqualTo(source);
                                                }));
    }

    private static Map<String, String> configs(String own) {
        int equals = own.indexOf('=');
        return equals < 0 ? Map.of() : Map.of(own.substring(0, equals), own.substring(equals + 1));
    }

    private ConfigResource node() {
        int id = get(admin.describeCluster().nodes()).iterator().next().id();
        return new ConfigResource(Type.BROKER, Integer.toString(id));
    }

    private static AlterConfigOp change(String name, String value, OpType how) {
        return new AlterConfigOp(new ConfigEntry(name, value), how);
    }

    private void alter(ConfigResource resource, Collection<AlterConfigOp> changes) {
        get(admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
    }

    private Collection<ConfigEntry> describe(ConfigResource resource) {
        return requireNonNull(get(admin.describeConfigs(List.of(resource)).all()).get(resource))
                .entries();
    }

    private Finished tool(List<String> whom, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.kafka()));
        all.addAll(List.of(arguments));
        all.addAll(whom);
        return KafkaTool.run("kafka.admin.ConfigCommand", all.toArray(String[]::new));
    }
}
