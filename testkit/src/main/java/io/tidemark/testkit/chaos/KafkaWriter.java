package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.Payload;
import io.tidemark.testkit.history.RunningHistory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka's own producer, with acks=all, in bursts. It lives through all faults and repeats what was
 * in flight; without idempotence that may write a record twice.
 */
final class KafkaWriter implements ChaosWriter {
    private static final int IN_FLIGHT = 500;
    private static final int BURST = 10;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);

    private final RunningHistory.Writer writer;
    private final AckClocks clocks;
    private final long pauseNanos;
    private final Producer<String, String> producer;
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final FailureLog failures = new FailureLog();
    private final Thread thread;
    private volatile boolean closing;

    /**
     * @param recordsPerSecond at most
     */
    KafkaWriter(
            String bootstrapServers,
            boolean idempotent,
            RunningHistory.Writer writer,
            AckClocks clocks,
            int recordsPerSecond) {
        this.writer = writer;
        this.clocks = clocks;
        this.pauseNanos = 1_000_000_000L * BURST / recordsPerSecond;
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrapServers);
        config.put("acks", "all");
        config.put("enable.idempotence", idempotent);
        config.put("max.in.flight.requests.per.connection", idempotent ? 5 : 1);
        config.put("delivery.timeout.ms", 600_000);
        config.put("max.block.ms", 600_000);
        config.put("request.timeout.ms", 5_000);
        config.put("metadata.max.age.ms", 5_000);
        config.put("reconnect.backoff.max.ms", 100);
        config.put("retry.backoff.ms", 20);
        config.put("retry.backoff.max.ms", 100);
        config.put("socket.connection.setup.timeout.ms", 1_000);
        config.put("socket.connection.setup.timeout.max.ms", 2_000);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        this.thread = Thread.ofPlatform().name("writer-" + writer.partition()).start(this::run);
    }

    private void run() {
        try {
            for (int sequence = 0; !closing; sequence++) {
                room.acquire();
                send();
                if (sequence % BURST == 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        } catch (InterruptedException | RuntimeException failure) {
            failures.add("the producer ended: " + failure);
        }
    }

    private void send() {
        long value = writer.sending();
        Partition partition = writer.partition();
        producer.send(
                new ProducerRecord<>(partition.topic(), partition.index(), null, Payload.of(value)),
                (metadata, failure) -> {
                    if (failure == null) {
                        writer.acknowledged(value, metadata.hasOffset() ? metadata.offset() : -1);
                        clocks.acknowledged(partition);
                    } else if (!closing) {
                        failures.add(String.valueOf(failure));
                    }
                    room.release();
                });
    }

    @Override
    public Partition partition() {
        return writer.partition();
    }

    @Override
    public List<String> failures() {
        return failures.kept();
    }

    @Override
    public long failureCount() {
        return failures.count();
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        room.release(IN_FLIGHT);
        thread.join();
        producer.close(LAST_ANSWERS);
    }

    @Override
    public void abandon() {
        closing = true;
        room.release();
        producer.close(Duration.ZERO);
    }
}
