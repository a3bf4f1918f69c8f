package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.producer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

/** Kafka's AdminClient, unmodified: topics, configurations, partitions, records, the cluster. */
@SharedBroker
class AdminIT extends AdminFixture {

    AdminIT(Broker broker) {
        super(broker);
    }

    @Test
    void shouldDescribeTheCluster() {
        Collection<Node> nodes = get(admin.describeCluster().nodes());
        assertThat(nodes).hasSize(1);
        Node node = nodes.iterator().next();
        assertThat(node.host() + ":" + node.port())
                .matches("(127\\.0\\.0\\.1|localhost):" + broker.kafkaPort());
        assertThat(get(admin.describeCluster().clusterId())).isNotBlank();
        assertThat(get(admin.describeCluster().controller())).isNotNull();
    }

    @Test
    void shouldCreateListDescribeAndDeleteATopic() {
        // Given
        String topic = newTopic(broker, 3, Map.of("retention.ms", "3600000"));

        // Then
        assertThat(get(admin.listTopics().names())).contains(topic);
        TopicDescription description = describe(topic);
        assertThat(description.topicId()).isNotEqualTo(Uuid.ZERO_UUID);
        assertThat(description.isInternal()).isFalse();
        assertThat(description.partitions())
                .hasSize(3)
                .allSatisfy(
                        partition -> {
                            assertThat(partition.leader()).isNotNull();
                            assertThat(partition.replicas()).hasSize(1);
                            assertThat(partition.isr()).hasSize(1);
                        });

        // When
        get(admin.deleteTopics(List.of(topic)).all());

        // Then
        await().atMost(Clients.PATIENCE)
                .untilAsserted(
                        () -> assertThat(get(admin.listTopics().names())).doesNotContain(topic));
        assertThatThrownBy(() -> describe(topic))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void shouldGiveATopicOfTheSameNameAnotherIdAndNoneOfTheOldRecords() {
        String topic = newTopic(broker, 1);
        Uuid before = describe(topic).topicId();
        produce(topic, 10);
        get(admin.deleteTopics(List.of(topic)).all());
        await().atMost(Clients.PATIENCE)
                .untilAsserted(
                        () -> assertThat(get(admin.listTopics().names())).doesNotContain(topic));

        get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());

        assertThat(describe(topic).topicId()).isNotEqualTo(before);
        assertThat(endOffset(topic)).isZero();
    }

    @Test
    void shouldFreeTheDiskWhenATopicIsDeleted() {
        String topic = newTopic(broker, 2);
        produce(topic, 100);
        assertThat(foldersOf(topic)).isNotEmpty();

        get(admin.deleteTopics(List.of(topic)).all());

        await().atMost(Clients.PATIENCE)
                .untilAsserted(() -> assertThat(foldersOf(topic)).isEmpty());
    }

    @Test
    void shouldRefuseATopicThatExists() {
        String topic = newTopic(broker, 1);
        assertThatThrownBy(() -> create(new NewTopic(topic, 1, (short) 1)))
                .isInstanceOf(TopicExistsException.class);
    }

    @Test
    void shouldRefuseInvalidTopics() {
        for (String name : List.of("", ".", "..", "with space", "slash/ed", "a".repeat(250))) {
            assertThatThrownBy(() -> create(new NewTopic(name, 1, (short) 1)))
                    .as(name)
                    .isInstanceOf(InvalidTopicException.class);
        }
        assertThatThrownBy(() -> create(new NewTopic("no-partitions", 0, (short) 1)))
                .isInstanceOf(InvalidPartitionsException.class);
        assertThatThrownBy(() -> create(new NewTopic("too-many-replicas", 1, (short) 3)))
                .isInstanceOf(InvalidReplicationFactorException.class);
        assertThatThrownBy(
                        () ->
                                create(
                                        new NewTopic("unknown-key", 1, (short) 1)
                                                .configs(Map.of("no.such.key", "1"))))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(
                        () ->
                                create(
                                        new NewTopic("bad-value", 1, (short) 1)
                                                .configs(Map.of("retention.ms", "soon"))))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThat(get(admin.listTopics().names()))
                .doesNotContain("no-partitions", "too-many-replicas", "unknown-key", "bad-value");
    }

    @Test
    void shouldOnlyValidateWhereAskedTo() {
        NewTopic topic = new NewTopic("only-validated", 2, (short) 1);
        get(admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true)).all());
        assertThat(get(admin.listTopics().names())).doesNotContain("only-validated");
    }

    @Test
    void shouldUseTheBrokersDefaultsWhereNothingIsSaid() {
        NewTopic topic =
                new NewTopic(
                        "defaults-" + System.nanoTime(),
                        java.util.Optional.empty(),
                        java.util.Optional.empty());
        create(topic);
        assertThat(describe(topic.name()).partitions()).isNotEmpty();
    }

    @Test
    void shouldGrowATopicButNotShrinkIt() {
        String topic = newTopic(broker, 2);
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all());
        await().atMost(Clients.PATIENCE)
                .untilAsserted(() -> assertThat(describe(topic).partitions()).hasSize(5));
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            get(producer.send(new ProducerRecord<>(topic, 4, null, "in the new one")));
        }
        assertThatThrownBy(
                        () ->
                                get(
                                        admin.createPartitions(
                                                        Map.of(topic, NewPartitions.increaseTo(3)))
                                                .all()))
                .isInstanceOf(InvalidPartitionsException.class);
    }

    @Test
    void shouldDescribeAndAlterConfigurations() {
        String topic = newTopic(broker, 1, Map.of("retention.ms", "3600000"));
        assertThat(entry(topic, "retention.ms").value()).isEqualTo("3600000");
        assertThat(entry(topic, "retention.ms").isDefault()).isFalse();
        assertThat(entry(topic, "segment.bytes").value()).isEqualTo("1073741824");
        assertThat(entry(topic, "segment.bytes").isDefault()).isTrue();
        assertThat(entry(topic, "cleanup.policy").value()).isEqualTo("delete");

        alter(topic, new ConfigEntry("segment.bytes", "2000000"), AlterConfigOp.OpType.SET);
        alter(topic, new ConfigEntry("retention.ms", ""), AlterConfigOp.OpType.DELETE);
        await().atMost(Clients.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(entry(topic, "segment.bytes").value()).isEqualTo("2000000");
                            assertThat(entry(topic, "retention.ms").value()).isEqualTo("604800000");
                        });
    }

    @Test
    void shouldRefuseUnknownAndInvalidConfigurations() {
        String topic = newTopic(broker, 1);
        for (ConfigEntry bad :
                List.of(
                        new ConfigEntry("no.such.key", "1"),
                        new ConfigEntry("retention.ms", "soon"),
                        new ConfigEntry("segment.bytes", "-5"),
                        new ConfigEntry("cleanup.policy", "shred"))) {
            assertThatThrownBy(() -> alter(topic, bad, AlterConfigOp.OpType.SET))
                    .as(bad.name())
                    .isInstanceOf(InvalidConfigurationException.class);
        }
        assertThat(entry(topic, "retention.ms").isDefault()).isTrue();
    }

    @Test
    void shouldDeleteRecordsAndListOffsets() {
        String topic = newTopic(broker, 1);
        produce(topic, 50);

        var deleted =
                get(
                        requireNonNull(
                                admin.deleteRecords(
                                                Map.of(
                                                        partition(topic, 0),
                                                        RecordsToDelete.beforeOffset(20)))
                                        .lowWatermarks()
                                        .get(partition(topic, 0))));

        assertThat(deleted.lowWatermark()).isEqualTo(20);
        assertThat(offset(topic, OffsetSpec.earliest())).isEqualTo(20);
        assertThat(offset(topic, OffsetSpec.latest())).isEqualTo(50);
        assertThat(offset(topic, OffsetSpec.maxTimestamp())).isEqualTo(49);
        assertThat(offset(topic, OffsetSpec.forTimestamp(0))).isEqualTo(20);
        assertThat(offset(topic, OffsetSpec.forTimestamp(Long.MAX_VALUE - 1))).isEqualTo(-1);

        assertThatThrownBy(
                        () ->
                                get(
                                        admin.deleteRecords(
                                                        Map.of(
                                                                partition(topic, 0),
                                                                RecordsToDelete.beforeOffset(51)))
                                                .all()))
                .isInstanceOf(OffsetOutOfRangeException.class);
        get(
                admin.deleteRecords(Map.of(partition(topic, 0), RecordsToDelete.beforeOffset(-1)))
                        .all());
        assertThat(offset(topic, OffsetSpec.earliest())).isEqualTo(50);
    }

    @Test
    void shouldTellThatATopicIsUnknownAtOnce() {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> describe("no-such-topic"))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThatThrownBy(() -> get(admin.deleteTopics(List.of("no-such-topic")).all()))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(10_000);
    }

    private void create(NewTopic topic) {
        get(admin.createTopics(List.of(topic)).all());
    }

    private TopicDescription describe(String topic) {
        return get(
                requireNonNull(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)));
    }

    private void alter(String topic, ConfigEntry entry, AlterConfigOp.OpType how) {
        get(
                admin.incrementalAlterConfigs(
                                Map.of(resource(topic), List.of(new AlterConfigOp(entry, how))))
                        .all());
    }

    private ConfigEntry entry(String topic, String name) {
        Config config =
                requireNonNull(
                        get(admin.describeConfigs(List.of(resource(topic))).all())
                                .get(resource(topic)));
        ConfigEntry entry = config.get(name);
        assertThat(entry).as(name).isNotNull();
        return entry;
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private long offset(String topic, OffsetSpec spec) {
        return requireNonNull(
                        get(admin.listOffsets(Map.of(partition(topic, 0), spec)).all())
                                .get(partition(topic, 0)))
                .offset();
    }

    private long endOffset(String topic) {
        return offset(topic, OffsetSpec.latest());
    }

    private void produce(String topic, int count) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000L + i, null, "v" + i));
            }
        }
    }

    private List<Path> foldersOf(String topic) {
        try (Stream<Path> files = Files.walk(broker.dataFolder())) {
            return files.filter(file -> file.getFileName().toString().startsWith(topic + "-"))
                    // Apache Kafka keeps the files for another minute under another name.
                    .filter(file -> !broker.isReference() || !file.toString().endsWith("-delete"))
                    .toList();
        } catch (IOException | UncheckedIOException changedWhileWalking) {
            return List.of(broker.dataFolder());
        }
    }
}
