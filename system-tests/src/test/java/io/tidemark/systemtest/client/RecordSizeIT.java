package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.bytesConsumer;
import static io.tidemark.systemtest.client.Clients.bytesProducer;
import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** Records near the limit and over it. */
@SharedBroker
class RecordSizeIT {

    /**
     * Kafka's default {@code max.message.bytes}: 1 MiB of records and a batch header's overhead.
     */
    private static final int DEFAULT_LIMIT_BYTES = 1_048_588;

    private static final Map<String, Object> NO_CLIENT_LIMIT =
            Map.of("max.request.size", 64 << 20, "buffer.memory", 128 << 20);

    private final Broker broker;

    RecordSizeIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldTakeABatchOfExactlyTheLimitAndRefuseOneByteMore() {
        String topic = newTopic(broker, 1, Map.of("max.message.bytes", "10000"));
        try (Producer<byte[], byte[]> producer = bytesProducer(broker, NO_CLIENT_LIMIT)) {
            int fits = largestValueThatFits(10_000);

            get(producer.send(new ProducerRecord<>(topic, noise(fits))));
            assertThatThrownBy(
                            () -> get(producer.send(new ProducerRecord<>(topic, noise(fits + 1)))))
                    .isInstanceOf(RecordTooLargeException.class);
            get(producer.send(new ProducerRecord<>(topic, noise(10))));
        }
        assertThat(read(topic, 2)).extracting(value -> value.length).last().isEqualTo(10);
    }

    @Test
    void shouldApplyTheDefaultLimit() {
        String topic = newTopic(broker, 1);
        byte[] large = noise(DEFAULT_LIMIT_BYTES - 200);
        try (Producer<byte[], byte[]> producer = bytesProducer(broker, NO_CLIENT_LIMIT)) {
            get(producer.send(new ProducerRecord<>(topic, large)));
            assertThatThrownBy(
                            () ->
                                    get(
                                            producer.send(
                                                    new ProducerRecord<>(
                                                            topic,
                                                            noise(DEFAULT_LIMIT_BYTES + 1)))))
                    .isInstanceOf(RecordTooLargeException.class);
        }
        assertThat(read(topic, 1).getFirst()).isEqualTo(large);
    }

    @Test
    void shouldTakeLargeRecordsWhereTheTopicAllowsThem() {
        String topic = newTopic(broker, 1, Map.of("max.message.bytes", "12000000"));
        byte[] large = noise(10_000_000);
        try (Producer<byte[], byte[]> producer = bytesProducer(broker, NO_CLIENT_LIMIT)) {
            get(producer.send(new ProducerRecord<>(topic, large)));
        }
        // Larger than each of the consumer's limits, and yet it gets through.
        assertThat(read(topic, 1).getFirst()).isEqualTo(large);
    }

    /**
     * A batch header has 61 bytes. A record of this size has a length (3 bytes as a varint),
     * attributes, timestamp delta, offset delta and key length (1 byte each), the value's length (3
     * bytes), the value, and the number of headers (1 byte).
     */
    private static int largestValueThatFits(int batchBytes) {
        return batchBytes - 61 - 3 - 4 - 3 - 1;
    }

    private List<byte[]> read(String topic, int count) {
        try (Consumer<byte[], byte[]> consumer = bytesConsumer(broker, Map.of())) {
            consumer.assign(List.of(partition(topic, 0)));
            consumer.seekToBeginning(List.of(partition(topic, 0)));
            return poll(consumer, count).stream().map(record -> record.value()).toList();
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
