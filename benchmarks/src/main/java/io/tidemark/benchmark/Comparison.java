package io.tidemark.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A line of the table: a figure of ours beside a figure of a peer.
 *
 * @param ours metric of ours
 * @param peer the peer's side
 * @param theirs metric of the peer
 * @param bound what the ratio ours / theirs should reach
 * @param atLeast true where the ratio should be at least {@code bound}, false where at most
 * @param enough from which on our figure is good whatever the peer's is
 */
record Comparison(
        String title,
        String ours,
        String peer,
        String theirs,
        double bound,
        boolean atLeast,
        OptionalDouble enough) {

    static Comparison atLeast(double bound, String title, String ours, String peer, String theirs) {
        return new Comparison(title, ours, peer, theirs, bound, true, OptionalDouble.empty());
    }

    static Comparison atMost(double bound, String title, String ours, String peer, String theirs) {
        return new Comparison(title, ours, peer, theirs, bound, false, OptionalDouble.empty());
    }

    private Comparison orAtLeast(double figure) {
        return new Comparison(title, ours, peer, theirs, bound, atLeast, OptionalDouble.of(figure));
    }

    boolean met(double figure, double ratio) {
        return (atLeast ? ratio >= bound : ratio <= bound)
                || (enough.isPresent() && figure >= enough.getAsDouble());
    }

    /** What we set out to reach with three nodes, three replicas, two of them for an answer. */
    static List<Comparison> ofClusters() {
        return with(loadOnClusters(), ofGroups());
    }

    private static List<Comparison> loadOnClusters() {
        return List.of(
                atLeast(
                        1.5,
                        "produce 1 KB, ours with fsync, Kafka without",
                        "produce 1 KB, fsync",
                        "kafka",
                        "produce 1 KB"),
                atLeast(
                        3.0,
                        "produce 1 KB, both with fsync before ack",
                        "produce 1 KB, fsync",
                        "kafka",
                        "produce 1 KB, fsync"),
                atLeast(2.0, "produce 1 KB, no fsync", "produce 1 KB", "kafka", "produce 1 KB"),
                atLeast(
                        1.3,
                        "produce 1 KB in 128 KB batches, no fsync",
                        "produce 128 KB batches",
                        "kafka",
                        "produce 128 KB batches"),
                atMost(
                        0.35,
                        "CPU of all brokers per GB in, 1 KB",
                        "CPU in, 1 KB",
                        "kafka",
                        "CPU in, 1 KB"),
                atMost(
                        1.0,
                        "ack p99 at 5,000 records/s, no fsync",
                        "5,000/s p99",
                        "kafka",
                        "5,000/s p99"),
                atMost(
                        1.0,
                        "writes resume after kill -9 of the leader, p50",
                        "writes resume after kill -9",
                        "kafka",
                        "writes resume after kill -9"),
                atMost(
                        1.0,
                        "writes resume after kill -9 of the leader, p99",
                        "writes resume after kill -9, p99",
                        "kafka",
                        "writes resume after kill -9, p99"),
                atMost(
                        1.0,
                        "writes resume after a planned stop of the leader",
                        "planned hand-over",
                        "kafka",
                        "planned hand-over"),
                atMost(
                        1.0,
                        "10,000 partitions: all led",
                        "10,000 partitions, created",
                        "kafka",
                        "10,000 partitions, created"),
                atMost(
                        1.0,
                        "10,000 partitions: led again after kill -9",
                        "10,000 partitions, failover",
                        "kafka",
                        "10,000 partitions, failover"),
                atMost(
                        1.0,
                        "10,000 partitions: memory of all brokers",
                        "10,000 partitions, memory",
                        "kafka",
                        "10,000 partitions, memory"));
    }

    /** What we set out to reach with one node. */
    static List<Comparison> ofOneNode() {
        return with(loadOnOneNode(), ofGroups());
    }

    private static List<Comparison> loadOnOneNode() {
        return List.of(
                atLeast(
                        1.0,
                        "produce 1 KB, ours with fsync, Kafka without",
                        "produce 1 KB, fsync",
                        "kafka",
                        "produce 1 KB"),
                atLeast(
                        3.0,
                        "produce 1 KB, both with fsync before ack",
                        "produce 1 KB, fsync",
                        "kafka",
                        "produce 1 KB, fsync"),
                atLeast(1.2, "produce 100 B, no fsync", "produce 100 B", "kafka", "produce 100 B"),
                atLeast(1.2, "produce 1 KB, no fsync", "produce 1 KB", "kafka", "produce 1 KB"),
                atLeast(
                        1.2,
                        "produce 1 KB in 128 KB batches, no fsync",
                        "produce 128 KB batches",
                        "kafka",
                        "produce 128 KB batches"),
                atLeast(1.2, "consume 1 KB", "consume 1 KB", "kafka", "consume 1 KB"),
                atLeast(1.2, "consume 100 B", "consume 100 B", "kafka", "consume 100 B"),
                atMost(0.6, "broker CPU per GB in, 1 KB", "CPU in, 1 KB", "kafka", "CPU in, 1 KB"),
                atMost(
                        0.6,
                        "broker CPU per GB in, 1 KB, both fsync",
                        "CPU in, 1 KB, fsync",
                        "kafka",
                        "CPU in, 1 KB, fsync"),
                atMost(
                        0.6,
                        "broker CPU per GB in, 128 KB batches",
                        "CPU in, 128 KB batches",
                        "kafka",
                        "CPU in, 128 KB batches"),
                atMost(
                        0.6,
                        "broker CPU per GB out, 1 KB",
                        "CPU out, 1 KB",
                        "kafka",
                        "CPU out, 1 KB"),
                atMost(
                        1.0,
                        "end to end p50, no fsync",
                        "end to end p50",
                        "kafka",
                        "end to end p50"),
                atMost(
                        1.0,
                        "end to end p99, no fsync",
                        "end to end p99",
                        "kafka",
                        "end to end p99"),
                atMost(
                        1.0,
                        "end to end p50, fsync",
                        "end to end p50, fsync",
                        "kafka",
                        "end to end p50, fsync"),
                atMost(
                        1.0,
                        "end to end p99, fsync",
                        "end to end p99, fsync",
                        "kafka",
                        "end to end p99, fsync"),
                atMost(
                        1.0,
                        "ack p50 at 5,000 records/s, no fsync",
                        "5,000/s p50",
                        "kafka",
                        "5,000/s p50"),
                atMost(
                        1.0,
                        "ack p99 at 5,000 records/s, no fsync",
                        "5,000/s p99",
                        "kafka",
                        "5,000/s p99"),
                atLeast(
                        0.5,
                        "REST produce, 1 × 200 B, 16 connections",
                        "REST 1 × 200 B, 16",
                        "bare",
                        "REST 1 × 200 B, 16"),
                atLeast(
                        0.5,
                        "REST produce, 1 × 200 B, 64 connections",
                        "REST 1 × 200 B, 64",
                        "bare",
                        "REST 1 × 200 B, 64"),
                atLeast(
                        0.6,
                        "REST produce, 100 × 1 KB, to Kafka protocol",
                        "REST 100 × 1 KB",
                        "tidemark",
                        "records/s, 1 KB, fsync"),
                atLeast(
                                0.5,
                                "REST read loop, 1 KB, to a Kafka consumer",
                                "REST read 1 KB",
                                "kafka client",
                                "REST read 1 KB")
                        .orAtLeast(150_000),
                atLeast(0.6, "SSE, 1,000 subscribers", "SSE events", "bare", "SSE events"),
                atMost(1.0, "start to ready (Kafka: to port open)", "start", "kafka", "start"),
                atMost(
                        1.0,
                        "resident memory idle, default heap",
                        "memory idle",
                        "kafka",
                        "memory idle"));
    }

    /** What we set out to reach with consumer groups, on one node and on several. */
    private static List<Comparison> ofGroups() {
        List<Comparison> all = new ArrayList<>();
        for (String protocol : List.of("classic", "consumer")) {
            for (String metric :
                    List.of("first record", "100 members join", "one of 100 members leaves")) {
                String both = metric + ", " + protocol;
                all.add(atMost(0.7, "groups: " + both + " protocol", both, "kafka", both));
            }
        }
        for (GroupWorkload.Commits load : GroupWorkload.COMMITS) {
            all.add(atLeast(1.5, load.metric(), load.metric(), "kafka", load.metric()));
        }
        for (String metric : List.of("1,000 idle groups, CPU", "1,000 idle groups, memory")) {
            all.add(atMost(1.0, metric, metric, "kafka", metric));
        }
        return all;
    }

    private static List<Comparison> with(List<Comparison> first, List<Comparison> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }
}
