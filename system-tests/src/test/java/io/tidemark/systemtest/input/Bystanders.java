package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A producer, and an orchestrator that asks for liveness, beside whoever means harm. */
final class Bystanders implements AutoCloseable {
    private static final long PROBE_MILLIS = 10_000;
    private static final byte[] VALUE = new byte[10_000];

    private final Broker broker;
    private final Http management;
    private final String topic;
    private final Queue<String> harm = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final List<Thread> threads;
    private volatile boolean over;
    private volatile long slowestProbeMs;

    Bystanders(Broker broker, Http management, String topic) {
        this.broker = broker;
        this.management = management;
        this.topic = topic;
        this.threads =
                List.of(
                        Thread.ofPlatform().start(this::produce),
                        Thread.ofPlatform().start(this::probe));
    }

    private void produce() {
        try (Producer<byte[], byte[]> producer =
                Clients.bytesProducer(broker, Map.of("acks", "all"))) {
            while (!over) {
                sent.incrementAndGet();
                producer.send(
                        new ProducerRecord<>(topic, 0, null, VALUE),
                        (metadata, failure) -> {
                            if (failure == null) {
                                acknowledged.incrementAndGet();
                            } else {
                                harm.add("a record: " + failure);
                            }
                        });
                pause(5);
            }
        }
    }

    private void probe() {
        while (!over) {
            long begin = System.nanoTime();
            try {
                Http.Answer answer = management.get("/actuator/health/liveness");
                if (answer.status() != 200 || !answer.body().contains("UP")) {
                    harm.add("liveness: " + answer.body());
                }
            } catch (RuntimeException e) {
                harm.add("liveness: " + e);
            }
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            slowestProbeMs = Math.max(slowestProbeMs, tookMs);
            probes.incrementAndGet();
            pause(200);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends them, and tells whether they were served all the time. */
    void assertUnharmed() {
        close();
        System.out.printf(
                "%d records acknowledged; %d probes, the slowest after %d ms%n",
                acknowledged.get(), probes.get(), slowestProbeMs);
        assertThat(harm).isEmpty();
        assertThat(acknowledged.get()).isEqualTo(sent.get()).isPositive();
        assertThat(slowestProbeMs).isLessThan(PROBE_MILLIS);
        assertThat(probes.get()).isPositive();
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
