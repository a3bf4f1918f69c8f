package io.tidemark.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long a producer waits when its partition's leader is killed, and when it is asked to stop.
 * Killed: the time until the first record sent after that moment is acknowledged; asked: the
 * longest time without an acknowledgement until the process has ended. The client is unmodified,
 * with its default settings but linger 0.
 */
final class FailoverWorkload {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final Results results;
    private final List<Cluster> clusters;

    FailoverWorkload(Results results, List<Cluster> clusters) {
        this.results = results;
        this.clusters = clusters;
    }

    void run(int kills) throws Exception {
        for (Cluster cluster : clusters) {
            String topic = "failover";
            Load.createTopic(cluster, topic, 1, cluster.name().equals("tidemark"));
            try (Pulse pulse = new Pulse(cluster, topic);
                    Admin admin = Load.admin(cluster)) {
                pulse.start();
                double[] pauses = new double[kills];
                for (int i = 0; i < kills; i++) {
                    pauses[i] = kill(cluster, admin, topic, pulse);
                    results.add("writes resume after kill -9", cluster.name(), "s", pauses[i]);
                }
                Arrays.sort(pauses);
                results.add(
                        "writes resume after kill -9, p99",
                        cluster.name(),
                        "s",
                        Load.percentile(pauses, 99));
                for (int i = 0; i < Math.max(3, kills / 5); i++) {
                    double pause = stop(cluster, admin, topic, pulse);
                    results.add("planned hand-over", cluster.name(), "s", pause);
                }
                results.add("failed writes", cluster.name(), "records", pulse.failed.get());
            }
        }
    }

    private static double kill(Cluster cluster, Admin admin, String topic, Pulse pulse)
            throws Exception {
        int leader = settledLeader(cluster, admin, topic);
        pulse.expectAfter(System.nanoTime());
        Thread killer = Thread.ofPlatform().daemon().start(() -> cluster.kill(leader));
        double pause = pulse.awaitAcknowledged(LIMIT);
        killer.join();
        cluster.restart(leader);
        cluster.awaitReady(leader);
        return pause;
    }

    private static double stop(Cluster cluster, Admin admin, String topic, Pulse pulse)
            throws Exception {
        int leader = settledLeader(cluster, admin, topic);
        pulse.watchSilence();
        cluster.stop(leader);
        pulse.expectAfter(System.nanoTime());
        pulse.awaitAcknowledged(LIMIT);
        double pause = pulse.longestSilence();
        cluster.restart(leader);
        cluster.awaitReady(leader);
        return pause;
    }

    private static int settledLeader(Cluster cluster, Admin admin, String topic) throws Exception {
        int leader = awaitWhole(cluster, admin, topic);
        TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
        return leader;
    }

    /** The partition's leader, once all replicas are in sync. */
    private static int awaitWhole(Cluster cluster, Admin admin, String topic) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            TopicDescription description =
                    admin.describeTopics(List.of(topic))
                            .topicNameValues()
                            .values()
                            .iterator()
                            .next()
                            .get();
            TopicPartitionInfo partition = description.partitions().getFirst();
            if (partition.leader() != null && partition.isr().size() == cluster.replicas()) {
                return partition.leader().id();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        cluster.name() + ": not all replicas came in sync again: " + partition);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Sends a record every 2 ms, whatever became of those before. */
    private static final class Pulse implements AutoCloseable {
        private static final long INTERVAL_NANOS = 2_000_000;

        private final KafkaProducer<byte[], byte[]> producer;
        private final String topic;
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::send);
        private final AtomicLong failed = new AtomicLong();
        private volatile long expectedAfterNanos = Long.MAX_VALUE;
        private volatile long acknowledgedNanos;
        private volatile long lastNanos;
        private volatile long longestSilenceNanos;
        private volatile boolean running = true;

        private Pulse(Broker broker, String topic) {
            Map<String, Object> config = new HashMap<>();
            config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
            config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            this.producer = new KafkaProducer<>(config);
            this.topic = topic;
        }

        private void start() {
            thread.start();
        }

        private void send() {
            byte[] payload = new byte[200];
            while (running) {
                long sent = System.nanoTime();
                producer.send(
                        new ProducerRecord<>(topic, payload),
                        (metadata, error) -> answered(sent, error));
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        }

        private void answered(long sentNanos, @org.jspecify.annotations.Nullable Exception error) {
            if (error != null) {
                failed.incrementAndGet();
                return;
            }
            long now = System.nanoTime();
            longestSilenceNanos = Math.max(longestSilenceNanos, now - lastNanos);
            lastNanos = now;
            if (acknowledgedNanos == 0 && sentNanos >= expectedAfterNanos) {
                acknowledgedNanos = now;
            }
        }

        /** Forgets the silence so far. */
        private void watchSilence() {
            lastNanos = System.nanoTime();
            longestSilenceNanos = 0;
        }

        /** Seconds of the longest time without an acknowledgement since {@link #watchSilence}. */
        private double longestSilence() {
            return longestSilenceNanos / 1e9;
        }

        private void expectAfter(long nanos) {
            acknowledgedNanos = 0;
            expectedAfterNanos = nanos;
        }

        /** Seconds from the moment given until a record sent after it was acknowledged. */
        private double awaitAcknowledged(Duration limit) throws InterruptedException {
            long since = expectedAfterNanos;
            while (acknowledgedNanos == 0) {
                if (System.nanoTime() - since > limit.toNanos()) {
                    throw new IllegalStateException("writes did not resume within " + limit);
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return (acknowledgedNanos - since) / 1e9;
        }

        @Override
        public void close() {
            running = false;
            producer.close(Duration.ofSeconds(5));
        }
    }
}
