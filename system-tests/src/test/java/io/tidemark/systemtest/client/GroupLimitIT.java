package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.admin;
import static io.tidemark.systemtest.client.Clients.consumer;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.rest.Http;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients are told by a broker that takes one group. */
class GroupLimitIT {

    @TempDir private Path folder;

    @Test
    void shouldTellEveryClientThatThereAreTooManyGroups() {
        Installation installation = Installation.tidemark(folder);
        try (Broker broker =
                        Broker.start(
                                installation.launchedBy(
                                        installation
                                                .launch()
                                                .with(
                                                        "tidemark.coordinator.groups.max-groups",
                                                        "1")));
                Http http = new Http(broker);
                Admin admin = admin(broker)) {
            String topic = newTopic(broker, 1);
            commit(admin, "first", topic);

            assertThatThrownBy(() -> commit(admin, "second", topic))
                    .rootCause()
                    .isInstanceOf(PolicyViolationException.class);
            assertThatThrownBy(() -> poll(broker, "classic", topic))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("policy");
            assertThatThrownBy(() -> poll(broker, "consumer", topic))
                    .isInstanceOf(PolicyViolationException.class)
                    .hasMessageContaining("max-groups");
            assertThat(http.get("/groups/second/events?topics=" + topic).error(403, 40301))
                    .contains("second")
                    .contains("max-groups");

            commit(admin, "first", topic);
        }
    }

    private static void commit(Admin admin, String group, String topic) {
        admin.alterConsumerGroupOffsets(
                        group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Until it fails. */
    private static void poll(Broker broker, String protocol, String topic) {
        try (Consumer<String, String> consumer =
                consumer(broker, Map.of("group.id", "second", "group.protocol", protocol))) {
            consumer.subscribe(List.of(topic));
            long end = System.nanoTime() + Clients.PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200));
            }
        }
    }
}
