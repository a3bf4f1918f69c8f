package io.tidemark.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Many partitions: how long until all are led, what they take in memory, and how long until all are
 * led again when a node is killed.
 */
final class ManyPartitionsWorkload {
    private static final int TOPICS = 10;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Results results;
    private final List<Cluster> clusters;
    private final int partitions;

    ManyPartitionsWorkload(Results results, List<Cluster> clusters, int partitions) {
        this.results = results;
        this.clusters = clusters;
        this.partitions = partitions;
    }

    void run() throws Exception {
        for (Cluster cluster : clusters) {
            String of = "%,d partitions, ".formatted(partitions);
            double before = cluster.residentMib();
            try (Admin admin = Load.admin(cluster)) {
                long start = System.nanoTime();
                List<String> topics = create(cluster, admin);
                awaitLed(admin, topics, cluster.replicas(), 0);
                results.add(of + "created", cluster.name(), "s", secondsSince(start));
                results.add(of + "memory", cluster.name(), "MiB", cluster.residentMib());
                results.add(
                        of + "memory more", cluster.name(), "MiB", cluster.residentMib() - before);
                long killed = System.nanoTime();
                cluster.kill(1);
                awaitLed(admin, topics, 1, 1);
                results.add(of + "failover", cluster.name(), "s", secondsSince(killed));
            }
        }
    }

    private List<String> create(Cluster cluster, Admin admin) throws Exception {
        List<String> names =
                java.util.stream.IntStream.range(0, TOPICS).mapToObj(i -> "many-" + i).toList();
        // One request each: Kafka's controller refuses 10,000 partitions at once.
        for (String name : names) {
            NewTopic topic = new NewTopic(name, partitions / TOPICS, (short) cluster.replicas());
            admin.createTopics(List.of(topic)).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return names;
    }

    /** Until every partition has a leader other than {@code lost} and enough replicas in sync. */
    private static void awaitLed(Admin admin, List<String> topics, int inSync, int lost)
            throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!led(admin, topics, inSync, lost)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not all partitions were led within " + LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean led(Admin admin, List<String> topics, int inSync, int lost)
            throws InterruptedException {
        try {
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> led(partition, inSync, lost));
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static boolean led(TopicPartitionInfo partition, int inSync, int lost) {
        return partition.leader() != null
                && !partition.leader().isEmpty()
                && partition.leader().id() != lost
                && partition.isr().size() >= inSync;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
