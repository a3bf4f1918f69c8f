package io.tidemark.systemtest.safety;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.testkit.history.HistoryRecorder;
import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Follows partitions through all restarts: what it has once seen must stay as it was. */
final class TailReader implements AutoCloseable {

    private final int process;
    private final HistoryRecorder recorder;
    private final Consumer<String, String> consumer;
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;

    TailReader(Broker broker, int process, List<Partition> partitions, HistoryRecorder recorder) {
        this.process = process;
        this.recorder = recorder;
        this.consumer = consumer(broker, partitions);
        this.thread = Thread.ofPlatform().name("tail-reader-" + process).start(this::run);
    }

    private void run() {
        try {
            while (!closing) {
                record(consumer.poll(Duration.ofMillis(200)), process, recorder);
            }
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        } finally {
            consumer.close();
        }
    }

    /** What ended the reader early, if anything did. */
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }

    /** Stops without waiting. */
    void abandon() {
        closing = true;
    }

    /** Reads all there is, once, from the beginning to the end as it is now. */
    static void readToEnd(
            Broker broker, int process, List<Partition> partitions, HistoryRecorder recorder) {
        try (Consumer<String, String> consumer = consumer(broker, partitions)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            long deadline = System.nanoTime() + Clients.PATIENCE.toNanos();
            while (!ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the ends " + ends + " were not reached");
                }
                record(consumer.poll(Duration.ofMillis(200)), process, recorder);
            }
        }
    }

    private static Consumer<String, String> consumer(Broker broker, List<Partition> partitions) {
        Consumer<String, String> consumer =
                Clients.consumer(
                        broker,
                        Map.of(
                                "auto.offset.reset", "none",
                                "reconnect.backoff.max.ms", 100,
                                "retry.backoff.max.ms", 100));
        List<TopicPartition> assigned =
                partitions.stream().map(p -> new TopicPartition(p.topic(), p.index())).toList();
        consumer.assign(assigned);
        assigned.forEach(partition -> consumer.seek(partition, 0));
        return consumer;
    }

    private static void record(
            Iterable<ConsumerRecord<String, String>> records,
            int process,
            HistoryRecorder recorder) {
        for (ConsumerRecord<String, String> record : records) {
            recorder.polled(
                    process,
                    new Partition(record.topic(), record.partition()),
                    record.offset(),
                    Payload.valueIn(record.value()));
        }
    }
}
