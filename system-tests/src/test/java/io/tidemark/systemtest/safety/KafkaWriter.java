package io.tidemark.systemtest.safety;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.testkit.history.HistoryRecorder.PendingSend;
import io.tidemark.testkit.history.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Kafka's idempotent producer, sending to one partition as fast as answers come. It lives through
 * all restarts and retries what was in flight, so it finds out whether the broker still knows,
 * after recovery, what it had already taken.
 */
final class KafkaWriter implements AutoCloseable {

    private static final int IN_FLIGHT = 500;

    private final Writer writer;
    private static final int BURST = 10;
    private static final long PAUSE_NANOS = 2_000_000;

    private final Producer<String, String> producer;
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean closing;

    KafkaWriter(Broker broker, Writer writer) {
        this.writer = writer;
        this.producer =
                Clients.producer(
                        broker,
                        Map.of(
                                "delivery.timeout.ms", 300_000,
                                "max.block.ms", 300_000,
                                "request.timeout.ms", 10_000,
                                "reconnect.backoff.max.ms", 100,
                                "retry.backoff.ms", 20,
                                "retry.backoff.max.ms", 100));
        this.thread = Thread.ofPlatform().name("kafka-writer-" + writer.process()).start(this::run);
    }

    private void run() {
        try {
            for (int sequence = 0; !closing; sequence++) {
                room.acquire();
                send(writer.value(sequence));
                if (sequence % BURST == 0) {
                    LockSupport.parkNanos(PAUSE_NANOS); // the history must fit into memory
                }
            }
        } catch (InterruptedException | RuntimeException failure) {
            failures.add(failure);
        }
    }

    private void send(long value) {
        PendingSend pending =
                writer.recorder().sending(writer.process(), writer.partition(), value);
        ProducerRecord<String, String> record =
                new ProducerRecord<>(
                        writer.partition().topic(),
                        writer.partition().index(),
                        null,
                        Payload.of(value));
        producer.send(
                record,
                (metadata, failure) -> {
                    if (failure == null) {
                        pending.acknowledged(metadata.offset());
                    } else {
                        failures.add(failure);
                    }
                    room.release();
                });
    }

    /** What went wrong although the producer had time enough to repeat it; should be nothing. */
    List<Exception> failures() {
        return List.copyOf(failures);
    }

    /** Stops sending and awaits all answers; the broker must be running. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        room.release();
        thread.join();
        producer.close();
    }

    /** Gives up whatever is still unanswered. */
    void abandon() {
        closing = true;
        room.release();
        producer.close(Duration.ZERO);
    }
}
