package io.tidemark.testkit.chaos;

import io.tidemark.cluster.layout.Service;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.history.RunningHistory;
import io.tidemark.testkit.history.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The clients.
 *
 * <pre>
 *   partition 0, 1   an idempotent producer each
 *             2      a plain producer
 *             3, 4   REST
 *             5      an idempotent producer and REST
 *   all              a consumer and an SSE stream that follow, a group of each protocol
 * </pre>
 */
final class Workload implements AutoCloseable {
    static final String TOPIC = "chaos";
    static final int PARTITIONS = 6;

    private static final int KAFKA_READER = 101;
    private static final int SSE_READER = 102;
    private static final int LAST_READER = 103;
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private final ClusterProcesses cluster;
    private final RunningHistory history = new RunningHistory();
    private final AckClocks clocks = new AckClocks();
    private final List<Partition> partitions =
            IntStream.range(0, PARTITIONS).mapToObj(i -> new Partition(TOPIC, i)).toList();
    private final List<ChaosWriter> writers = new ArrayList<>();
    private final RunningHistory.Reader kafkaHistory = history.reader(KAFKA_READER);
    private final RunningHistory.Reader sseHistory = history.reader(SSE_READER);
    private final KafkaReader kafkaReader;
    private final SseReader sseReader;
    private final List<GroupReader> groups;

    Workload(ClusterProcesses cluster, int recordsPerSecond) {
        this.cluster = cluster;
        List<String> gateways =
                cluster.all(Service.GATEWAY).stream().map(g -> g.member().url()).toList();
        kafka(1, 0, Sender.IDEMPOTENT, recordsPerSecond);
        kafka(2, 1, Sender.IDEMPOTENT, recordsPerSecond);
        kafka(3, 2, Sender.PLAIN, recordsPerSecond);
        rest(4, 3, gateways, recordsPerSecond);
        rest(5, 4, gateways, recordsPerSecond);
        kafka(6, 5, Sender.IDEMPOTENT, recordsPerSecond);
        rest(7, 5, gateways, recordsPerSecond);
        kafkaReader = new KafkaReader(cluster.bootstrapServers(), partitions, kafkaHistory);
        sseReader = new SseReader(gateways, TOPIC, sseHistory);
        groups =
                Stream.of("classic", "consumer")
                        .map(p -> new GroupReader(cluster.bootstrapServers(), TOPIC, p))
                        .toList();
    }

    private void kafka(int process, int partition, Sender sender, int recordsPerSecond) {
        writers.add(
                new KafkaWriter(
                        cluster.bootstrapServers(),
                        sender == Sender.IDEMPOTENT,
                        history.writer(process, partitions.get(partition), sender),
                        clocks,
                        recordsPerSecond));
    }

    private void rest(int process, int partition, List<String> gateways, int recordsPerSecond) {
        writers.add(
                new RestWriter(
                        gateways,
                        history.writer(process, partitions.get(partition), Sender.REST),
                        clocks,
                        recordsPerSecond));
    }

    RunningHistory history() {
        return history;
    }

    AckClocks clocks() {
        return clocks;
    }

    List<Partition> partitions() {
        return partitions;
    }

    /** Whether every partition was written since the clocks began. */
    boolean allWritten() {
        return partitions.stream().allMatch(partition -> clocks.count(partition) > 0);
    }

    /** Whether all readers have reached what is acknowledged at the call. */
    boolean readersReach(List<Long> acknowledged) {
        sseReader.breakIfSilent(SILENCE);
        for (Partition partition : partitions) {
            long end = acknowledged.get(partition.index());
            if (kafkaHistory.position(partition) < end || sseHistory.position(partition) < end) {
                return false;
            }
            if (groups.stream().anyMatch(group -> group.position(partition) < end)) {
                return false;
            }
        }
        return true;
    }

    /** Which readers are behind, in words. */
    String readersBehind(List<Long> acknowledged) {
        StringBuilder text = new StringBuilder();
        for (Partition partition : partitions) {
            text.append(
                    "%s acknowledged to %d, consumer at %d, SSE at %d, groups at %s; "
                            .formatted(
                                    partition,
                                    acknowledged.get(partition.index()),
                                    kafkaHistory.position(partition),
                                    sseHistory.position(partition),
                                    groups.stream().map(g -> g.position(partition)).toList()));
        }
        return text.toString();
    }

    List<Long> acknowledgedOffsets() {
        return partitions.stream().map(history::acknowledgedOffset).toList();
    }

    long failureCount() {
        return writers.stream().mapToLong(ChaosWriter::failureCount).sum();
    }

    /** Calls that failed, some of them. */
    List<String> failures() {
        return writers.stream()
                .flatMap(w -> w.failures().stream().map(f -> w.partition() + ": " + f))
                .toList();
    }

    /** What ended a client that should have lived through everything. */
    Optional<String> brokenClient() {
        Throwable kafka = kafkaReader.failure();
        Throwable sse = sseReader.failure();
        if (kafka != null) {
            return Optional.of("the consumer ended: " + kafka);
        }
        if (sse != null) {
            return Optional.of("the SSE reader ended: " + sse);
        }
        return groups.stream()
                .filter(group -> group.failure() != null)
                .map(group -> "a member of " + group.group() + " ended: " + group.failure())
                .findFirst();
    }

    /** Ends the clients and reads everything once more; the cluster must be well. */
    void finish() throws InterruptedException {
        for (ChaosWriter writer : writers) {
            writer.close();
        }
        kafkaReader.close();
        sseReader.close();
        closeGroups();
        KafkaReader.readToEnd(
                cluster.bootstrapServers(), partitions, history.lastReader(LAST_READER));
    }

    /** Ends what still runs, without waiting for answers. */
    @Override
    public void close() throws InterruptedException {
        writers.forEach(ChaosWriter::abandon);
        kafkaReader.close();
        sseReader.close();
        closeGroups();
    }

    private void closeGroups() throws InterruptedException {
        for (GroupReader group : groups) {
            group.close();
        }
    }
}
