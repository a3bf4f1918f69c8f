package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.bytesConsumer;
import static io.tidemark.systemtest.client.Clients.bytesProducer;
import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The consumer's fetch settings, seen to take effect. */
@SharedBroker
class FetchSettingsIT {

    private final Broker broker;

    FetchSettingsIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldHoldAFetchBackUntilFetchMinBytesAreThere() {
        String topic = newTopic(broker, 1);
        Map<String, Object> settings =
                Map.of(
                        "fetch.min.bytes",
                        100_000,
                        "fetch.max.wait.ms",
                        60_000,
                        "request.timeout.ms",
                        120_000);
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            // Given: something is there, but too little
            produce(topic, 0, 3, 1_000);
            assertThat(consumer.poll(Duration.ofMillis(1_500)).count()).isZero();

            // When
            produce(topic, 0, 120, 1_000);

            // Then: it comes long before the wait is over
            long begin = System.nanoTime();
            poll(consumer, 90);
            assertThat(elapsedMs(begin)).isLessThan(15_000);
            closeAtOnce(consumer);
        }
    }

    @Test
    void shouldHoldAFetchBackOverAllPartitionsTogether() {
        String topic = newTopic(broker, 2);
        Map<String, Object> settings =
                Map.of(
                        "fetch.min.bytes",
                        15_000,
                        "fetch.max.wait.ms",
                        60_000,
                        "request.timeout.ms",
                        120_000);
        try (Consumer<byte[], byte[]> consumer =
                assigned(settings, partition(topic, 0), partition(topic, 1))) {
            produce(topic, 0, 10, 1_000);
            assertThat(consumer.poll(Duration.ofMillis(1_000)).count()).isZero();

            produce(topic, 1, 10, 1_000);

            long begin = System.nanoTime();
            poll(consumer, 15);
            assertThat(elapsedMs(begin)).isLessThan(15_000);
            closeAtOnce(consumer);
        }
    }

    @Test
    void shouldAnswerWithLessAfterFetchMaxWait() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 1, 100);
        Map<String, Object> settings =
                Map.of("fetch.min.bytes", 1_000_000, "fetch.max.wait.ms", 1_500);
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            consumer.position(partition(topic, 0));
            long begin = System.nanoTime();
            assertThat(poll(consumer, 1)).hasSize(1);
            assertThat(elapsedMs(begin)).isBetween(1_400L, 20_000L);
        }
    }

    @Test
    void shouldWaitRatherThanSpinWhenThereIsNothing() {
        String topic = newTopic(broker, 1);
        Map<String, Object> settings = Map.of("fetch.max.wait.ms", 500);
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            consumer.poll(Duration.ofMillis(3_000));
            assertThat(metric(consumer, "fetch-total")).isBetween(2.0, 9.0);
        }
    }

    @Test
    void shouldWakeAWaitingFetchWhenARecordComes() {
        String topic = newTopic(broker, 1);
        Map<String, Object> settings =
                Map.of("fetch.max.wait.ms", 25_000, "request.timeout.ms", 60_000);
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            assertThat(consumer.poll(Duration.ofMillis(500)).count()).isZero();

            produce(topic, 0, 1, 100);

            long begin = System.nanoTime();
            assertThat(poll(consumer, 1)).hasSize(1);
            assertThat(elapsedMs(begin)).isLessThan(15_000);
            closeAtOnce(consumer);
        }
    }

    @Test
    void shouldAnswerNoMoreThanFetchMaxBytes() {
        String topic = newTopic(broker, 5);
        for (int p = 0; p < 5; p++) {
            produce(topic, p, 50, 1_000);
        }
        TopicPartition[] all =
                IntStream.range(0, 5)
                        .mapToObj(p -> partition(topic, p))
                        .toArray(TopicPartition[]::new);
        try (Consumer<byte[], byte[]> consumer = assigned(Map.of("fetch.max.bytes", 10_000), all)) {
            assertThat(poll(consumer, 250)).hasSize(250);
            assertThat(metric(consumer, "fetch-size-max")).isBetween(5_000.0, 10_000.0);
            assertThat(metric(consumer, "fetch-total")).isGreaterThanOrEqualTo(25);
        }
    }

    @Test
    void shouldAnswerNoMoreThanMaxPartitionFetchBytesForEachPartition() {
        String topic = newTopic(broker, 2);
        produce(topic, 0, 50, 1_000);
        produce(topic, 1, 50, 1_000);
        Map<String, Object> settings = Map.of("max.partition.fetch.bytes", 5_000);
        try (Consumer<byte[], byte[]> consumer =
                assigned(settings, partition(topic, 0), partition(topic, 1))) {
            assertThat(poll(consumer, 100)).hasSize(100);
            assertThat(metric(consumer, "fetch-size-max")).isBetween(2_000.0, 10_000.0);
        }
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            assertThat(poll(consumer, 50)).hasSize(50);
            assertThat(metric(consumer, "fetch-size-max")).isBetween(2_000.0, 5_000.0);
        }
    }

    @Test
    void shouldAnswerWithARecordThatIsLargerThanEveryLimit() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 3, 50_000);
        Map<String, Object> settings =
                Map.of("max.partition.fetch.bytes", 1_000, "fetch.max.bytes", 1_000);
        try (Consumer<byte[], byte[]> consumer = assigned(settings, partition(topic, 0))) {
            assertThat(poll(consumer, 3))
                    .allSatisfy(record -> assertThat(record.value()).hasSize(50_000));
            assertThat(metric(consumer, "fetch-size-max")).isLessThan(60_000);
        }
    }

    @Test
    void shouldHandOverNoMoreThanMaxPollRecords() {
        String topic = newTopic(broker, 1);
        produce(topic, 0, 50, 100);
        try (Consumer<byte[], byte[]> consumer =
                assigned(Map.of("max.poll.records", 7), partition(topic, 0))) {
            int seen = 0;
            int largest = 0;
            long begin = System.nanoTime();
            while (seen < 50 && elapsedMs(begin) < Clients.PATIENCE.toMillis()) {
                int count = consumer.poll(Duration.ofMillis(200)).count();
                largest = Math.max(largest, count);
                seen += count;
            }
            assertThat(seen).isEqualTo(50);
            assertThat(largest).isEqualTo(7);
        }
    }

    private Consumer<byte[], byte[]> assigned(
            Map<String, Object> settings, TopicPartition... partitions) {
        Consumer<byte[], byte[]> consumer = bytesConsumer(broker, settings);
        consumer.assign(List.of(partitions));
        consumer.seekToBeginning(List.of(partitions));
        return consumer;
    }

    /** An ordinary close would wait for the fetch that is still waiting. */
    private static void closeAtOnce(Consumer<?, ?> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    /** Each record in a batch of its own, so that a limit can cut between any two. */
    private void produce(String topic, int partition, int count, int sizeBytes) {
        byte[] value = new byte[sizeBytes];
        new Random(1).nextBytes(value);
        try (Producer<byte[], byte[]> producer =
                bytesProducer(broker, Map.of("batch.size", 0, "linger.ms", 0))) {
            var sends =
                    IntStream.range(0, count)
                            .mapToObj(
                                    ignored ->
                                            producer.send(
                                                    new ProducerRecord<>(
                                                            topic, partition, null, value)))
                            .toList();
            sends.forEach(send -> get(send));
        }
    }

    private static double metric(Consumer<?, ?> consumer, String name) {
        return consumer.metrics().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .filter(entry -> entry.getKey().group().equals("consumer-fetch-manager-metrics"))
                .filter(entry -> !entry.getKey().tags().containsKey("topic"))
                .mapToDouble(entry -> (double) entry.getValue().metricValue())
                .findFirst()
                .orElseThrow();
    }

    private static long elapsedMs(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1_000_000;
    }
}
