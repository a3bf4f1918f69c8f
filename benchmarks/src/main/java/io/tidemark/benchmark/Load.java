package io.tidemark.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The load that both sides get from the same unmodified Kafka client. Every method blocks until it
 * is done.
 */
final class Load {
    private static final int PAYLOADS = 64;

    private Load() {}

    /**
     * Creates the topic and waits until every partition answers: an idempotent producer that meets
     * a partition of Kafka's before its leader is up can hang on OUT_OF_ORDER_SEQUENCE_NUMBER.
     */
    static void createTopic(Broker broker, String topic, int partitions, boolean fsync)
            throws ExecutionException, InterruptedException {
        try (Admin admin = admin(broker)) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(topic, partitions, (short) broker.replicas())
                                            .configs(topicConfig(broker, fsync))))
                    .all()
                    .get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            all(topic, partitions).forEach(partition -> ends.put(partition, OffsetSpec.latest()));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!answers(admin, ends)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("topic " + topic + " did not come up");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Of three replicas two must have a record before it is acknowledged. */
    private static Map<String, String> topicConfig(Broker broker, boolean fsync) {
        Map<String, String> config = new HashMap<>(broker.topicConfig(fsync));
        config.put("min.insync.replicas", Integer.toString(broker.replicas() / 2 + 1));
        return config;
    }

    private static boolean answers(Admin admin, Map<TopicPartition, OffsetSpec> ends)
            throws InterruptedException {
        try {
            admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    static void deleteTopic(Broker broker, String topic)
            throws ExecutionException, InterruptedException {
        try (Admin admin = admin(broker)) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    static Admin admin(Broker broker) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()));
    }

    /** What came of a load. */
    record Result(long records, long bytes, double seconds) {
        double mibPerSecond() {
            return bytes / seconds / (1 << 20);
        }
    }

    /**
     * Produces records of {@code size} bytes (incompressible payload, no key) for {@code seconds};
     * counts what was acknowledged.
     */
    static Result produce(
            Broker broker, String topic, int size, double seconds, Map<String, Object> overrides)
            throws InterruptedException {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        config.putAll(overrides);
        byte[][] payloads = payloads(size);
        AtomicLong acked = new AtomicLong();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
            producer.partitionsFor(topic);
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            for (int i = 0; System.nanoTime() < end && failure.get() == null; i++) {
                producer.send(
                        new ProducerRecord<>(topic, payloads[i & (PAYLOADS - 1)]),
                        (metadata, error) -> {
                            if (error == null) {
                                acked.incrementAndGet();
                            } else {
                                failure.compareAndSet(null, error);
                            }
                        });
            }
            producer.flush();
            double took = (System.nanoTime() - start) / 1e9;
            Exception error = failure.get();
            if (error != null) {
                throw new IllegalStateException("produce to " + broker.name() + " failed", error);
            }
            return new Result(acked.get(), acked.get() * size, took);
        }
    }

    /**
     * Sends {@code perSecond} records a second for {@code seconds}; the latencies from due time to
     * acknowledgement, sorted, in ms.
     */
    static double[] produceAtRate(
            Broker broker, String topic, int size, int perSecond, double seconds) {
        byte[][] payloads = payloads(size);
        int total = (int) (perSecond * seconds);
        double[] latencies = new double[total];
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                broker.bootstrap(),
                                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                                ByteArraySerializer.class,
                                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                                ByteArraySerializer.class,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.LINGER_MS_CONFIG,
                                0))) {
            producer.partitionsFor(topic);
            long start = System.nanoTime();
            for (int i = 0; i < total; i++) {
                long due = start + (long) (i * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    java.util.concurrent.locks.LockSupport.parkNanos(
                            Math.max(1, due - System.nanoTime()));
                }
                int at = i;
                producer.send(
                        new ProducerRecord<>(topic, payloads[i & (PAYLOADS - 1)]),
                        (metadata, error) ->
                                latencies[at] =
                                        error == null ? (System.nanoTime() - due) / 1e6 : 60_000);
            }
            producer.flush();
        }
        Arrays.sort(latencies);
        return latencies;
    }

    /** Reads the whole topic from its beginning with assign and default settings. */
    static Result consume(Broker broker, String topic, int partitions, long expected) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
            consumer.assign(all(topic, partitions));
            consumer.seekToBeginning(consumer.assignment());
            long start = System.nanoTime();
            long deadline = start + TimeUnit.MINUTES.toNanos(2);
            long records = 0;
            long bytes = 0;
            while (records < expected) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "read only " + records + " of " + expected + " from " + broker.name());
                }
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                    records++;
                    bytes += each.serializedValueSize();
                }
            }
            return new Result(records, bytes, (System.nanoTime() - start) / 1e9);
        }
    }

    /**
     * One record at a time, from send to receipt by a consumer that waits for it; sorted, in ms.
     */
    static double[] roundTrips(Broker broker, String topic, int count) {
        double[] latencies = new double[count];
        byte[] payload = payloads(200)[0];
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker);
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                        broker.bootstrap(),
                                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                                        ByteArraySerializer.class,
                                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                                        ByteArraySerializer.class,
                                        ProducerConfig.ACKS_CONFIG,
                                        "all",
                                        ProducerConfig.LINGER_MS_CONFIG,
                                        0))) {
            consumer.assign(Set.of(new TopicPartition(topic, 0)));
            consumer.seekToEnd(consumer.assignment());
            consumer.position(new TopicPartition(topic, 0));
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                producer.send(new ProducerRecord<>(topic, 0, null, payload));
                int received = 0;
                while (received == 0 && System.nanoTime() - start < 10_000_000_000L) {
                    received = consumer.poll(Duration.ofSeconds(1)).count();
                }
                latencies[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(latencies);
        return latencies;
    }

    static double percentile(double[] sorted, double percent) {
        return sorted[
                (int) Math.min(sorted.length - 1L, Math.round(sorted.length * percent / 100.0))];
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Broker broker) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrap(),
                        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                        ByteArrayDeserializer.class,
                        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                        ByteArrayDeserializer.class,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false));
    }

    static List<TopicPartition> all(String topic, int partitions) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(topic, i));
        }
        return all;
    }

    private static byte[][] payloads(int size) {
        Random random = new Random(42);
        byte[][] payloads = new byte[PAYLOADS][size];
        for (byte[] each : payloads) {
            random.nextBytes(each);
        }
        return payloads;
    }
}
