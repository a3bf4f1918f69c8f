package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kafka-reassign-partitions, with the throttles that it sets and clears. */
@SharedBroker
class ReassignToolIT {
    private final Broker broker;
    private @TempDir Path folder;

    ReassignToolIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldThrottleVerifyAndCancel() throws Exception {
        // Given a plan that keeps the partition where it is
        String topic = newTopic(broker, 1);
        int node = broker(topic);
        Path plan =
                Files.writeString(
                        folder.resolve("plan.json"),
                        """
                        {"version":1,"partitions":[{"topic":"%s","partition":0,"replicas":[%d]}]}
                        """
                                .formatted(topic, node));

        // When it is carried out with throttles, they are set
        tool(plan, "--execute", "--throttle", "5000000");
        assertThat(
                        value(
                                ConfigResource.Type.BROKER,
                                "" + node,
                                "leader.replication.throttled.rate"))
                .isEqualTo("5000000");

        // Then both commands that clear them end well
        assertThat(tool(plan, "--verify"))
                .contains("Clearing broker-level throttles")
                .contains("Clearing topic-level throttles");
        for (String rate : List.of("leader", "follower")) {
            String name = rate + ".replication.throttled.rate";
            assertThat(value(ConfigResource.Type.BROKER, "" + node, name)).isEqualTo("0");
            assertThat(
                            value(
                                    ConfigResource.Type.TOPIC,
                                    topic,
                                    rate + ".replication.throttled.replicas"))
                    .isEmpty();
        }
        tool(plan, "--cancel");
    }

    private int broker(String topic) throws Exception {
        try (Admin admin = Clients.admin(broker)) {
            TopicDescription described =
                    requireNonNull(
                            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
            return described.partitions().getFirst().leader().id();
        }
    }

    private String value(ConfigResource.Type type, String of, String name) throws Exception {
        try (Admin admin = Clients.admin(broker)) {
            ConfigResource resource = new ConfigResource(type, of);
            Config config =
                    requireNonNull(
                            admin.describeConfigs(List.of(resource)).all().get().get(resource));
            return config.get(name).value();
        }
    }

    private String tool(Path plan, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", broker.kafka()));
        all.addAll(List.of("--reassignment-json-file", plan.toString()));
        all.addAll(List.of(arguments));
        return KafkaTool.run(
                        "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
                        all.toArray(String[]::new))
                .expectSuccess();
    }
}
