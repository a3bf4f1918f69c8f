package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/** leader.replication.throttled.rate, which Kafka's tool for reassignments sets. */
class LeaderThrottleIT extends ReplicatingNodes {
    private static final int RECORDS = 60;
    private static final int BYTES_PER_SECOND = 1_000;

    @Test
    void shouldHandOutSlowlyToAReplicaThatIsNotInSync() throws Exception {
        // Given two replicas in sync, of several small answers, and an empty third
        nodeConfigs.put("leader.replication.throttled.rate", Integer.toString(BYTES_PER_SECOND));
        nodeConfigs.put("replica.fetch.max.bytes", "1024");
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendOneByOne(producer, 0, RECORDS / 2);
            kill(3);
            wipe(3);
            sendOneByOne(producer, RECORDS / 2, RECORDS);
            long bytes = bytesOn(1).length;
            long answersAtOnce = BYTES_PER_SECOND + 2 * 1024;
            assertThat(bytes).isGreaterThan(answersAtOnce + BYTES_PER_SECOND / 2);

            // When it catches up
            long began = System.nanoTime();
            start(3);
            awaitIsr(1, 2, 3);

            // Then it was not given more than the rate allows
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertThat(took)
                    .isGreaterThan(
                            Duration.ofMillis((bytes - answersAtOnce) * 1000 / BYTES_PER_SECOND));
        }
        assertThat(endOn(3)).isEqualTo(RECORDS);
        assertThat(bytesOn(3)).isEqualTo(bytesOn(1));
    }

    /** A batch for each, so that none is larger than an answer. */
    private static void sendOneByOne(KafkaProducer<byte[], byte[]> producer, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            sendAll(producer, i, i + 1);
        }
    }
}
