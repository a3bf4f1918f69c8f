package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.testkit.history.Anomaly;
import io.tidemark.testkit.history.HistoryCheck;
import io.tidemark.testkit.history.HistoryRecorder;
import io.tidemark.testkit.history.Partition;
import java.time.Duration;
import java.util.List;

/**
 * Clients that write and read while the broker is being harmed: an idempotent producer on a
 * partition of its own, two on a shared one, REST on a partition of its own and beside a producer,
 * and a reader that follows all.
 */
final class Workload implements AutoCloseable {

    private static final int TAIL_READER = 100;
    private static final int LAST_READER = 101;

    private final Broker broker;
    private final HistoryRecorder recorder = new HistoryRecorder();
    private final List<Partition> partitions;
    private final List<KafkaWriter> kafkaWriters;
    private final List<RestWriter> restWriters;
    private final TailReader tailReader;

    private Workload(Broker broker, String topic) {
        this.broker = broker;
        Partition own = new Partition(topic, 0);
        Partition shared = new Partition(topic, 1);
        Partition rest = new Partition(topic, 2);
        partitions = List.of(own, shared, rest);
        kafkaWriters =
                List.of(
                        new KafkaWriter(broker, new Writer(1, own, recorder)),
                        new KafkaWriter(broker, new Writer(2, shared, recorder)));
        restWriters =
                broker.isReference()
                        ? List.of()
                        : List.of(
                                new RestWriter(broker, new Writer(3, rest, recorder)),
                                new RestWriter(broker, new Writer(4, shared, recorder)));
        tailReader = new TailReader(broker, TAIL_READER, partitions, recorder);
    }

    /** Creates a topic and starts all clients. */
    static Workload start(Broker broker) {
        return new Workload(broker, Clients.newTopic(broker, 3));
    }

    /** Waits until records are being acknowledged; the broker must be running. */
    void awaitProgress(int records) {
        long before = recorder.acknowledgedCount();
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> recorder.acknowledgedCount() >= before + records);
    }

    long acknowledgedCount() {
        return recorder.acknowledgedCount();
    }

    /**
     * Ends the clients, reads everything once more, and checks the whole history. The broker must
     * be running.
     */
    void assertNothingLostOrDuplicated() throws InterruptedException {
        for (KafkaWriter writer : kafkaWriters) {
            writer.close();
        }
        for (RestWriter writer : restWriters) {
            writer.close();
        }
        tailReader.close();
        TailReader.readToEnd(broker, LAST_READER, partitions, recorder);

        List<Anomaly> anomalies = HistoryCheck.anomaliesOf(recorder.history());
        assertThat(anomalies.stream().limit(20)).as("%d anomalies", anomalies.size()).isEmpty();
        assertThat(kafkaWriters).flatExtracting(KafkaWriter::failures).isEmpty();
        assertThat(tailReader.failure()).isNull();
    }

    /**
     * Ends what still runs; after a failure the broker may be gone, so this does not wait for it.
     */
    @Override
    public void close() {
        for (KafkaWriter writer : kafkaWriters) {
            writer.abandon();
        }
        for (RestWriter writer : restWriters) {
            writer.abandon();
        }
        tailReader.abandon();
    }
}
