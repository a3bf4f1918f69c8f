package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.Payload;
import io.tidemark.testkit.history.RunningHistory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Follows partitions through all faults: what it has once seen must stay as it was. */
final class KafkaReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final RunningHistory.Reader reader;
    private final Consumer<String, String> consumer;
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;

    KafkaReader(String bootstrapServers, List<Partition> partitions, RunningHistory.Reader reader) {
        this.reader = reader;
        this.consumer = consumer(bootstrapServers, partitions);
        this.thread = Thread.ofPlatform().name("kafka-reader").start(this::run);
    }

    private void run() {
        try {
            while (!closing) {
                record(consumer, reader);
            }
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        } finally {
            consumer.close();
        }
    }

    /** What ended it early, if anything did. */
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }

    /** Reads all there is, once, from the beginning to the end as it is now. */
    static void readToEnd(
            String bootstrapServers, List<Partition> partitions, RunningHistory.Reader reader) {
        try (Consumer<String, String> consumer = consumer(bootstrapServers, partitions)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            long progressed = System.nanoTime();
            while (!ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                if (record(consumer, reader) > 0) {
                    progressed = System.nanoTime();
                } else if (System.nanoTime() - progressed > PATIENCE.toNanos()) {
                    throw new AssertionError("the ends " + ends + " were not reached");
                }
            }
        }
    }

    private static int record(Consumer<String, String> consumer, RunningHistory.Reader reader) {
        int count = 0;
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
            reader.polled(
                    new Partition(record.topic(), record.partition()),
                    record.offset(),
                    Payload.valueIn(record.value()));
            count++;
        }
        return count;
    }

    private static Consumer<String, String> consumer(
            String bootstrapServers, List<Partition> partitions) {
        Consumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "auto.offset.reset",
                                "none",
                                "request.timeout.ms",
                                5_000,
                                "metadata.max.age.ms",
                                5_000,
                                "reconnect.backoff.max.ms",
                                100,
                                "retry.backoff.max.ms",
                                100,
                                "socket.connection.setup.timeout.ms",
                                1_000,
                                "socket.connection.setup.timeout.max.ms",
                                2_000),
                        new StringDeserializer(),
                        new StringDeserializer());
        List<TopicPartition> assigned =
                partitions.stream().map(p -> new TopicPartition(p.topic(), p.index())).toList();
        consumer.assign(assigned);
        assigned.forEach(partition -> consumer.seek(partition, 0));
        return consumer;
    }
}
