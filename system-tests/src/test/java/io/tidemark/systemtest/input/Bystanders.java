package io.tidemark.systemtest.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.JsonNode;

/**
 * A producer of Kafka's, a client of HTTP that writes and reads, and an orchestrator that asks for
 * liveness, beside whoever means harm.
 */
final class Bystanders implements AutoCloseable {
    private static final long PROBE_MILLIS = 10_000;

    /** Others have a broker's processors, for as long as their requests take; no longer. */
    private static final long ANSWER_MILLIS = 20_000;

    private static final byte[] VALUE = new byte[10_000];

    private final Broker broker;
    private final Http management;
    private final Http http;
    private final String topic;
    private final Queue<String> harm = new ConcurrentLinkedQueue<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final List<Thread> threads;
    private final Pace probes = new Pace();
    private final Pace records = new Pace();
    private final Pace answers = new Pace();
    private volatile boolean over;

    /** How often something was answered, and how late at most. */
    private static final class Pace {
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicLong slowestMs = new AtomicLong();

        void answered(long begunNanos) {
            count.incrementAndGet();
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
            slowestMs.accumulateAndGet(tookMs, Math::max);
        }

        @Override
        public String toString() {
            return "%d, the slowest after %d ms".formatted(count.get(), slowestMs.get());
        }
    }

    Bystanders(Broker broker, Http management, String topic) {
        this.broker = broker;
        this.management = management;
        this.http = new Http(broker);
        this.topic = topic;
        this.threads =
                List.of(
                        Thread.ofPlatform().start(this::produce),
                        Thread.ofPlatform().start(this::ask),
                        Thread.ofPlatform().start(this::probe));
    }

    private void produce() {
        try (Producer<byte[], byte[]> producer =
                Clients.bytesProducer(broker, Map.of("acks", "all"))) {
            while (!over) {
                sent.incrementAndGet();
                long begin = System.nanoTime();
                producer.send(
                        new ProducerRecord<>(topic, 0, null, VALUE),
                        (metadata, failure) -> {
                            if (failure == null) {
                                records.answered(begin);
                            } else {
                                harm.add("a record: " + failure);
                            }
                        });
                pause(5);
            }
        }
    }

    /** What is written over HTTP is read from where it went. */
    private void ask() {
        String events = "/topics/" + topic + "/events";
        while (!over) {
            long begin = System.nanoTime();
            try {
                String value = "asked at " + begin;
                JsonNode report = http.post(events, "text/plain", value).ok();
                String read =
                        http.get(
                                        "/topics/%s/partitions/%d/records?offset=%d&max_bytes=1"
                                                .formatted(
                                                        topic,
                                                        report.path("partition").asInt(),
                                                        report.path("offset").asLong()),
                                        Http.V2_BINARY)
                                .body();
                if (!read.contains(Base64.getEncoder().encodeToString(value.getBytes(UTF_8)))) {
                    harm.add("an event: " + read);
                }
            } catch (RuntimeException | AssertionError e) {
                harm.add("an event: " + e);
            }
            answers.answered(begin);
            pause(50);
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
            probes.answered(begin);
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
        System.out.printf("records %s; HTTP %s; probes %s%n", records, answers, probes);
        assertThat(harm).isEmpty();
        assertThat(records.count.get()).isEqualTo(sent.get()).isPositive();
        assertThat(answers.count.get()).isPositive();
        assertThat(probes.count.get()).isPositive();
        assertThat(probes.slowestMs.get()).isLessThan(PROBE_MILLIS);
        assertThat(records.slowestMs.get()).isLessThan(ANSWER_MILLIS);
        assertThat(answers.slowestMs.get()).isLessThan(ANSWER_MILLIS);
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
        http.close();
    }
}
