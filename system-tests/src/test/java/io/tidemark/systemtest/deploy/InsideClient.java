package io.tidemark.systemtest.deploy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A Kafka client to be run in a container of the same network: writes ten records to partition 0,
 * reads the partition from its beginning, and prints how many it has read.
 */
public final class InsideClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private InsideClient() {}

    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0]);
        TopicPartition partition = new TopicPartition(args[1], 0);
        try (KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                settings, new StringSerializer(), new StringSerializer());
                KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(
                                settings, new StringDeserializer(), new StringDeserializer())) {
            for (int i : IntStream.range(0, 10).toArray()) {
                producer.send(new ProducerRecord<>(args[1], 0, null, "inside-" + i)).get();
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            int read = 0;
            while (consumer.position(partition) < end && System.nanoTime() < deadlineNanos) {
                read += consumer.poll(Duration.ofSeconds(1)).count();
            }
            System.out.println("read " + read);
        }
    }
}
