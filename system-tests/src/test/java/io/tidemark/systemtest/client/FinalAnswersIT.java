package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is not served is refused for good, and at once: no client waits for what does not come. */
@SharedBroker
@Timeout(120)
class FinalAnswersIT {
    private static final String REASON = "does not support transactions";

    /** Far less than the minute for which clients wait where an error is not final. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private final Broker broker;
    @TempDir private Path folder;

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
    void shouldTellATransactionalProducerInPython() throws IOException {
        assertThat(refusedAtOnce(ForeignClients.python("confluent_kafka", "transaction", folder)))
                .doesNotContain("retriable")
                .contains(REASON);
    }

    /** KafkaJS has words of its own for the error. */
    @Test
    void shouldTellATransactionalProducerInJavaScript() throws IOException {
        assertThat(refusedAtOnce(ForeignClients.kafkajs("transaction", folder)))
                .doesNotContain("retriable")
                .contains("Transactional Id authorization failed");
    }

    /** What a program says that takes the bootstrap server and ends with 3 where it is refused. */
    private String refusedAtOnce(List<String> program) {
        List<String> command = new ArrayList<>(program);
        command.add(broker.kafka());
        Finished refused = ExternalCommand.run(command, null, AT_ONCE);
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(3);
        return refused.output();
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
    void shouldTellAStreamsGroup() throws Exception {
        StreamsBuilder topology = new StreamsBuilder();
        topology.stream(newTopic(broker, 1)).foreach((key, value) -> {});
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker.kafka());
        settings.put("application.id", "streams");
        settings.put("group.protocol", "streams");
        settings.put("state.dir", folder.toString());
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        try (KafkaStreams streams = new KafkaStreams(topology.build(), settings)) {
            streams.setUncaughtExceptionHandler(
                    failure -> {
                        end.complete(failure);
                        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                    });
            streams.start();

            assertThat(end.get(AT_ONCE.toSeconds(), TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(UnsupportedVersionException.class)
                    .hasStackTraceContaining("does not support the STREAMS group protocol");
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

    @Test
    void shouldTellAMemberWhoseGroupIsTooLargeForTheLog() {
        String topic = newTopic(broker, 1);
        Map<String, Object> large =
                Map.of(
                        "group.id", "large",
                        "group.protocol", "classic",
                        "partition.assignment.strategy", TalkativeAssignor.class.getName());
        try (Consumer<String, String> consumer = Clients.consumer(broker, large)) {
            consumer.subscribe(List.of(topic));

            assertThatThrownBy(() -> pollUntil(consumer, AT_ONCE))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("maximum size");
        }

        try (Producer<String, String> producer = Clients.producer(broker, Map.of());
                Consumer<String, String> next =
                        Clients.consumer(
                                broker,
                                Map.of("group.id", "large", "auto.offset.reset", "earliest"))) {
            producer.send(new ProducerRecord<>(topic, "value"));
            next.subscribe(List.of(topic));
            pollUntil(next, Clients.PATIENCE);
        }
    }

    /** Until there are records; fails where none come. */
    private static void pollUntil(Consumer<String, String> consumer, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    /** Says more of itself than the coordinators' log takes of a group. */
    public static final class TalkativeAssignor extends RangeAssignor {

        @Override
        public String name() {
            return "talkative";
        }

        @Override
        public ByteBuffer subscriptionUserData(Set<String> topics) {
            return ByteBuffer.allocate(4 << 20);
        }
    }
}
