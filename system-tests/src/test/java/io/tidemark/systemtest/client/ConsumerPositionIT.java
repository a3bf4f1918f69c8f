package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.consumer;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.poll;
import static io.tidemark.systemtest.client.Clients.producer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Assigned consumers: where they read from, and what happens out of range. */
@SharedBroker
class ConsumerPositionIT {

    private static final int COUNT = 100;
    private static final long FIRST_TIMESTAMP_MS = 1_700_000_000_000L;

    private final Broker broker;

    ConsumerPositionIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldSeekToAnOffset() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            consumer.seek(partition, 42);
            assertThat(consumer.position(partition)).isEqualTo(42);
            assertThat(poll(consumer, 1).getFirst().offset()).isEqualTo(42);
        }
    }

    @Test
    void shouldSeekToTheBeginningAndReplay() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            consumer.seekToBeginning(List.of(partition));
            var first = poll(consumer, COUNT);
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.position(partition)).isZero();
            var again = poll(consumer, COUNT);

            assertThat(again)
                    .extracting(record -> record.offset() + record.value())
                    .isEqualTo(
                            first.stream()
                                    .map(record -> record.offset() + record.value())
                                    .toList());
        }
    }

    @Test
    void shouldSeekToTheEndAndSeeOnlyWhatComesAfter() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            consumer.seekToEnd(List.of(partition));
            assertThat(consumer.position(partition)).isEqualTo(COUNT);
            assertThat(consumer.poll(Duration.ofMillis(300)).count()).isZero();

            produce(partition, FIRST_TIMESTAMP_MS + COUNT * 10L, "later");

            var records = poll(consumer, 1);
            assertThat(records).extracting(record -> record.value()).containsExactly("later");
            assertThat(records.getFirst().offset()).isEqualTo(COUNT);
        }
    }

    @Test
    void shouldSeekByTime() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            assertThat(offsetFor(consumer, partition, FIRST_TIMESTAMP_MS)).isZero();
            assertThat(offsetFor(consumer, partition, 0)).isZero();
            assertThat(offsetFor(consumer, partition, FIRST_TIMESTAMP_MS + 500)).isEqualTo(50);
            assertThat(offsetFor(consumer, partition, FIRST_TIMESTAMP_MS + 501)).isEqualTo(51);
            assertThat(offsetFor(consumer, partition, FIRST_TIMESTAMP_MS + 990)).isEqualTo(99);
            assertThat(consumer.offsetsForTimes(Map.of(partition, FIRST_TIMESTAMP_MS + 1_000)))
                    .containsEntry(partition, null);

            consumer.seek(partition, 51);
            assertThat(poll(consumer, 1).getFirst().timestamp())
                    .isEqualTo(FIRST_TIMESTAMP_MS + 510);
        }
    }

    @Test
    void shouldTellTheFirstAndTheLastOffset() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.endOffsets(List.of(partition)))
                    .containsEntry(partition, (long) COUNT);
            consumer.seekToBeginning(List.of(partition));
            poll(consumer, COUNT);
            assertThat(consumer.position(partition)).isEqualTo(COUNT);
            assertThat(consumer.currentLag(partition)).hasValue(0);
        }
    }

    @Test
    void shouldListTopicsAndPartitions() {
        String topic = newTopic(broker, 3);
        try (Consumer<String, String> consumer = consumer(broker, Map.of())) {
            assertThat(consumer.listTopics()).containsKey(topic);
            assertThat(consumer.partitionsFor(topic))
                    .hasSize(3)
                    .allSatisfy(info -> assertThat(info.leader()).isNotNull());
        }
    }

    @Test
    void shouldPauseAndResume() {
        TopicPartition partition = filled();
        try (Consumer<String, String> consumer = assigned(partition, Map.of())) {
            consumer.seekToBeginning(List.of(partition));
            consumer.pause(List.of(partition));
            assertThat(consumer.poll(Duration.ofMillis(300)).count()).isZero();
            consumer.resume(List.of(partition));
            assertThat(poll(consumer, COUNT)).hasSize(COUNT);
        }
    }

    @Test
    void shouldRestartAtTheBeginningWhenOutOfRangeAndThePolicyIsEarliest() {
        TopicPartition partition = filled();
        var settings = Map.<String, Object>of("auto.offset.reset", "earliest");
        try (Consumer<String, String> consumer = assigned(partition, settings)) {
            consumer.seek(partition, 10_000);
            assertThat(poll(consumer, 1).getFirst().offset()).isZero();
        }
    }

    @Test
    void shouldGoToTheEndWhenOutOfRangeAndThePolicyIsLatest() {
        TopicPartition partition = filled();
        var settings = Map.<String, Object>of("auto.offset.reset", "latest");
        try (Consumer<String, String> consumer = assigned(partition, settings)) {
            consumer.seek(partition, 10_000);
            // The reset happens within a poll; only then is a later record certain to be seen.
            consumer.poll(Duration.ofSeconds(2));
            produce(partition, FIRST_TIMESTAMP_MS + COUNT * 10L, "later");
            assertThat(poll(consumer, 1).getFirst().offset()).isEqualTo(COUNT);
        }
    }

    @Test
    void shouldTellTheApplicationWhenOutOfRangeAndThePolicyIsNone() {
        TopicPartition partition = filled();
        var settings = Map.<String, Object>of("auto.offset.reset", "none");
        try (Consumer<String, String> consumer = assigned(partition, settings)) {
            consumer.seek(partition, 10_000);
            assertThatThrownBy(() -> poll(consumer, 1))
                    .isInstanceOfSatisfying(
                            OffsetOutOfRangeException.class,
                            failure ->
                                    assertThat(failure.offsetOutOfRangePartitions())
                                            .containsEntry(partition, 10_000L));
        }
    }

    @Test
    void shouldTellTheApplicationWhenThereIsNoPositionAndThePolicyIsNone() {
        TopicPartition partition = filled();
        var settings = Map.<String, Object>of("auto.offset.reset", "none");
        try (Consumer<String, String> consumer = assigned(partition, settings)) {
            assertThatThrownBy(() -> poll(consumer, 1))
                    .isInstanceOf(NoOffsetForPartitionException.class);
        }
    }

    @Test
    void shouldSkipToTheLogStartWhenRecordsWereDeletedBelow() {
        TopicPartition partition = filled();
        try (Admin admin = Clients.admin(broker)) {
            Clients.get(
                    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(60))).all());
        }
        var settings = Map.<String, Object>of("auto.offset.reset", "earliest");
        try (Consumer<String, String> consumer = assigned(partition, settings)) {
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 60L);
            consumer.seek(partition, 5);
            assertThat(poll(consumer, COUNT - 60).getFirst().offset()).isEqualTo(60);
        }
    }

    private static long offsetFor(
            Consumer<String, String> consumer, TopicPartition partition, long timestampMs) {
        OffsetAndTimestamp found =
                requireNonNull(
                        consumer.offsetsForTimes(Map.of(partition, timestampMs)).get(partition));
        assertThat(found.timestamp()).isGreaterThanOrEqualTo(timestampMs);
        return found.offset();
    }

    private Consumer<String, String> assigned(
            TopicPartition partition, Map<String, Object> settings) {
        Consumer<String, String> consumer = consumer(broker, settings);
        consumer.assign(List.of(partition));
        return consumer;
    }

    /** A partition of 100 records, 10 ms apart, each in a batch of its own or with neighbours. */
    private TopicPartition filled() {
        TopicPartition partition = partition(newTopic(broker, 1), 0);
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < COUNT; i++) {
                producer.send(
                        new ProducerRecord<>(
                                partition.topic(),
                                0,
                                FIRST_TIMESTAMP_MS + i * 10L,
                                null,
                                "value-" + i));
                if (i % 7 == 0) {
                    producer.flush();
                }
            }
        }
        return partition;
    }

    private void produce(TopicPartition partition, long timestampMs, String value) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            Clients.get(
                    producer.send(
                            new ProducerRecord<>(
                                    partition.topic(),
                                    partition.partition(),
                                    timestampMs,
                                    null,
                                    value)));
        }
    }
}
