package io.tidemark.systemtest.client;

import io.tidemark.systemtest.broker.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's own clients, with their defaults but for what a test sets. */
public final class Clients {

    /** How long to wait for what is expected to happen at once, on a noisy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Clients() {}

    public static Producer<String, String> producer(Broker broker, Map<String, Object> settings) {
        return new KafkaProducer<>(
                settings(broker, settings), new StringSerializer(), new StringSerializer());
    }

    public static Producer<byte[], byte[]> bytesProducer(
            Broker broker, Map<String, Object> settings) {
        return new KafkaProducer<>(
                settings(broker, settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static Consumer<String, String> consumer(Broker broker, Map<String, Object> settings) {
        return new KafkaConsumer<>(
                settings(broker, settings), new StringDeserializer(), new StringDeserializer());
    }

    public static Consumer<byte[], byte[]> bytesConsumer(
            Broker broker, Map<String, Object> settings) {
        return new KafkaConsumer<>(
                settings(broker, settings),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    public static Admin admin(Broker broker) {
        return Admin.create(settings(broker, Map.of()));
    }

    private static Map<String, Object> settings(Broker broker, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(own);
        all.putIfAbsent("bootstrap.servers", broker.kafka());
        return all;
    }

    /** Creates a topic with a name of its own and returns that. */
    public static String newTopic(Broker broker, int partitions) {
        return newTopic(broker, partitions, Map.of());
    }

    /** As {@link #newTopic(Broker, int)}, with topic configuration. */
    public static String newTopic(Broker broker, int partitions, Map<String, String> configs) {
        String name = "t-" + UUID.randomUUID().toString().substring(0, 8);
        try (Admin admin = admin(broker)) {
            get(
                    admin.createTopics(
                                    List.of(
                                            new NewTopic(name, partitions, (short) 1)
                                                    .configs(configs)))
                            .all());
        }
        return name;
    }

    /** The result of an admin call; its failure as an {@link ExecutionException}'s cause. */
    public static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(failure);
        } catch (InterruptedException | TimeoutException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The answer to a send; its failure as thrown by the client. */
    public static RecordMetadata get(java.util.concurrent.Future<RecordMetadata> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(failure);
        } catch (InterruptedException | TimeoutException failure) {
            throw new IllegalStateException(failure);
        }
    }

    public static TopicPartition partition(String topic, int index) {
        return new TopicPartition(topic, index);
    }

    /** Polls until {@code count} records have come; fails with what came if they do not. */
    public static <K, V> List<ConsumerRecord<K, V>> poll(Consumer<K, V> consumer, int count) {
        List<ConsumerRecord<K, V>> records = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (records.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "only " + records.size() + " of " + count + " records came");
            }
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }

    /** Reads a partition from its beginning: exactly {@code count} records must come. */
    public static List<ConsumerRecord<String, String>> readAll(
            Broker broker, String topic, int partition, int count) {
        try (Consumer<String, String> consumer = consumer(broker, Map.of())) {
            TopicPartition assigned = partition(topic, partition);
            consumer.assign(List.of(assigned));
            consumer.seekToBeginning(List.of(assigned));
            return poll(consumer, count);
        }
    }
}
