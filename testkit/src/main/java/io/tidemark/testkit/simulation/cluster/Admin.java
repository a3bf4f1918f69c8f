package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.SimulatedProcess;
import io.tidemark.testkit.simulation.cluster.Broker.Deleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whoever runs the cluster: makes the topic, and changes it while it is used. */
final class Admin extends SimulatedProcess {
    private final Cluster cluster;
    private final SeededEntropy entropy;
    private final SimulatedControlPlane controlPlane;
    private boolean topicMade;

    Admin(int id, Cluster cluster, SeededEntropy entropy) {
        super(id, "admin", cluster.schedule());
        this.cluster = cluster;
        this.entropy = entropy;
        this.controlPlane = cluster.controlPlane(this);
    }

    @Override
    protected void started() {
        createTopic();
    }

    @Override
    protected void crashed() {
        // Never.
    }

    boolean topicMade() {
        return topicMade;
    }

    private void createTopic() {
        Shape shape = cluster.shape();
        Map<String, String> configs = new TreeMap<>();
        configs.put("min.insync.replicas", Integer.toString(shape.minInSync()));
        configs.put("retention.bytes", Integer.toString(shape.retentionBytes()));
        configs.put("file.delete.delay.ms", "500");
        configs.put("flush", cluster.mutation() == Mutation.ACK_BEFORE_SYNC ? "os" : "fsync");
        controlPlane
                .submit(
                        new Command.CreateTopic(
                                Cluster.TOPIC, -1, -1, assignments(), configs, false))
                .whenComplete(
                        (result, failure) -> {
                            topicMade =
                                    result instanceof CommandResult.TopicCreated
                                            || (result instanceof CommandResult.Rejected refused
                                                    && refused.error()
                                                            == ErrorCode.TOPIC_ALREADY_EXISTS
                                                                    .number());
                            if (!topicMade) {
                                schedule(100, this::createTopic);
                            }
                        });
    }

    private List<List<Integer>> assignments() {
        List<List<Integer>> assignments = new ArrayList<>();
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            assignments.add(draw(cluster.shape().replicas()));
        }
        return assignments;
    }

    private List<Integer> draw(int count) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < cluster.nodeCount(); i++) {
            ids.add(entropy.nextInt(ids.size() + 1), i);
        }
        return new ArrayList<>(ids.subList(0, count));
    }

    private @Nullable TopicImage topic() {
        return cluster.metadata().newest().topics().get(Cluster.TOPIC);
    }

    /** Moves a partition elsewhere, or gives its replicas another order, or cancels a move. */
    void reassign() {
        TopicImage topic = topic();
        if (topic == null) {
            return;
        }
        PartitionImage partition =
                topic.partitions().get(entropy.nextInt(topic.partitions().size()));
        boolean cancel = partition.reassigning() && entropy.nextInt(2) == 0;
        controlPlane.submit(
                new Command.Reassign(
                        List.of(
                                new Command.Reassignment(
                                        topic.id(),
                                        partition.index(),
                                        cancel
                                                ? Optional.empty()
                                                : Optional.of(draw(cluster.shape().replicas()))))));
    }

    /** Ends all moves. */
    void cancelReassignments() {
        TopicImage topic = topic();
        if (topic != null) {
            for (PartitionImage partition : topic.partitions()) {
                if (partition.reassigning()) {
                    controlPlane.submit(
                            new Command.Reassign(
                                    List.of(
                                            new Command.Reassignment(
                                                    topic.id(),
                                                    partition.index(),
                                                    Optional.empty()))));
                }
            }
        }
    }

    void changeMinInSync() {
        int lowest = cluster.shape().lowestMinInSync();
        int highest = cluster.shape().replicas();
        set("min.insync.replicas", lowest + entropy.nextInt(highest - lowest + 1));
    }

    /** Sets it back to what the seed drew. */
    void restoreMinInSync() {
        set("min.insync.replicas", cluster.shape().minInSync());
    }

    private void set(String name, int value) {
        controlPlane.submit(
                new Command.AlterTopicConfigs(
                        Cluster.TOPIC,
                        List.of(
                                new Command.ConfigChange(
                                        name,
                                        Command.ConfigChange.Operation.SET,
                                        Integer.toString(value))),
                        false));
    }

    void electPreferred() {
        controlPlane.submit(
                new Command.ElectLeaders(
                        Command.ElectLeaders.Election.PREFERRED, List.of(), "admin"));
    }

    /** Deletes the older part of a partition, asking whoever leads it. */
    void deleteRecords() {
        int partition = entropy.nextInt(cluster.shape().partitions());
        PartitionImage image = cluster.metadata().partition(partition);
        if (image == null || image.leader() == PartitionImage.NO_LEADER) {
            return;
        }
        long offset = entropy.nextInt((int) cluster.ledger(partition).end() + 1) / 2;
        PartitionNode leader = cluster.node(image.leader());
        cluster.network()
                .<Deleted>call(
                        this,
                        leader,
                        2_000,
                        reply -> leader.deleteRecords(partition, offset, reply),
                        answer -> {});
    }
}
