package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is not served is refused for good, and at once: no client waits for what does not come. */
@SharedBroker
@Timeout(120)
class FinalAnswersIT {
    private static final String REASON = "does not support transactions";

    private final Broker broker;

    FinalAnswersIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldTellATransactionalJavaProducer() {
        Map<String, Object> settings =
                Map.of("transactional.id", "t", "max.block.ms", (int) Clients.PATIENCE.toMillis());
        try (Producer<String, String> producer = Clients.producer(broker, settings)) {
            assertThatThrownBy(producer::initTransactions)
                    .isNotInstanceOf(TimeoutException.class)
                    .isInstanceOf(KafkaException.class)
                    .hasStackTraceContaining(REASON);
        }
    }

    @Test
    void shouldTellWhoeverDescribesATransaction() {
        try (Admin admin = Clients.admin(broker)) {
            assertThatThrownBy(
                            () ->
                                    admin.describeTransactions(List.of("t"))
                                            .description("t")
                                            .get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(KafkaException.class)
                    .isNotInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> admin.listTransactions().all().get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnsupportedVersionException.class);
        }
    }

    @Test
    void shouldTellATransactionalProducerInC() {
        assumeTrue(ExternalCommand.isInstalled("kcat"), "kcat is not installed");
        String topic = newTopic(broker, 1);

        Finished refused =
                ExternalCommand.run(
                        List.of(
                                "kcat",
                                "-b",
                                broker.kafka(),
                                "-P",
                                "-t",
                                topic,
                                "-X",
                                "transactional.id=t"),
                        "value\n",
                        Duration.ofSeconds(50));

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains(REASON);
    }

    @Test
    void shouldTellAShareConsumer() {
        String topic = newTopic(broker, 1);
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker.kafka());
        settings.put("group.id", "shared");
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", StringDeserializer.class.getName());
        try (var consumer = new KafkaShareConsumer<String, String>(settings)) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Clients.PATIENCE.toNanos();
            assertThatThrownBy(
                            () -> {
                                while (System.nanoTime() < deadline) {
                                    consumer.poll(Duration.ofSeconds(1));
                                }
                            })
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("share");
        }
    }

    @Test
    void shouldSayThatThereIsNoAccessControl() {
        try (Admin admin = Clients.admin(broker)) {
            assertThatThrownBy(
                            () ->
                                    admin.describeAcls(AclBindingFilter.ANY)
                                            .values()
                                            .get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SecurityDisabledException.class);
            AclBinding binding =
                    new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, "t", PatternType.LITERAL),
                            new AccessControlEntry(
                                    "User:a", "*", AclOperation.READ, AclPermissionType.ALLOW));
            assertThatThrownBy(
                            () ->
                                    admin.createAcls(List.of(binding))
                                            .all()
                                            .get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SecurityDisabledException.class);
            assertThatThrownBy(
                            () ->
                                    admin.deleteAcls(List.of(binding.toFilter()))
                                            .all()
                                            .get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SecurityDisabledException.class);
        }
    }
}
