package io.tidemark.coordinator.telemetry;

import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.telemetry.exposition.Families;
import java.util.Comparator;
import java.util.function.LongSupplier;

/**
 * The cluster under the names that dashboards for Kafka read: {@code kafka_controller_*} of each
 * coordinator, {@code kafka_brokers} and {@code kafka_topic_*} of the leading one. On the scraping
 * thread.
 */
public final class ControllerFamilies {
    private static final String C = "kafka_controller_kafkacontroller_";

    private final Coordinator coordinator;
    private final LongSupplier uncleanElections;
    private final int maxTopics;

    /**
     * @param uncleanElections since the process began
     * @param maxTopics topics shown by name, the first in alphabetical order
     */
    public ControllerFamilies(
            Coordinator coordinator, LongSupplier uncleanElections, int maxTopics) {
        this.coordinator = coordinator;
        this.uncleanElections = uncleanElections;
        this.maxTopics = maxTopics;
    }

    /** What is to be shown now. */
    public Families gather() {
        ControllerFigures figures = ControllerFigures.of(coordinator);
        Families families = new Families();
        families.gauge(
                C + "activecontrollercount", "1 while it leads", figures.activeControllers());
        families.gauge(
                C + "offlinepartitionscount", "Without a leader", figures.offlinePartitions());
        families.gauge(C + "globaltopiccount", "Topics", figures.topics());
        families.gauge(C + "globalpartitioncount", "Partitions", figures.partitions());
        families.gauge(
                C + "preferredreplicaimbalancecount",
                "Led by another than the preferred leader",
                figures.imbalanced());
        families.gauge(C + "activebrokercount", "Nodes with a session", figures.activeNodes());
        families.gauge(C + "fencedbrokercount", "Nodes without", figures.fencedNodes());
        families.counter(
                "kafka_controller_controllerstats_uncleanleaderelections",
                "Leaders elected by command that may not have had all records",
                uncleanElections.getAsLong());
        if (coordinator.isReady()) {
            cluster(families, coordinator.image());
        }
        return families;
    }

    private void cluster(Families families, ClusterImage image) {
        families.gauge(
                "kafka_brokers",
                "Nodes with a session",
                image.nodes().values().stream().filter(node -> !node.fenced()).count());
        image.topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .limit(maxTopics)
                .forEach(topic -> topic(families, topic));
    }

    private static void topic(Families families, TopicImage topic) {
        families.gauge(
                "kafka_topic_partitions",
                "Partitions of a topic",
                topic.partitions().size(),
                "topic",
                topic.name());
        for (PartitionImage partition : topic.partitions()) {
            String[] labels = {
                "topic", topic.name(), "partition", Integer.toString(partition.index())
            };
            families.gauge(
                    "kafka_topic_partition_replicas",
                    "Replicas assigned",
                    partition.replicas().size(),
                    labels);
            families.gauge(
                    "kafka_topic_partition_leader",
                    "The node that leads; -1 for none",
                    partition.leader(),
                    labels);
            families.gauge(
                    "kafka_topic_partition_leader_is_preferred",
                    "1 where the preferred leader leads",
                    partition.leader() == partition.replicas().getFirst() ? 1 : 0,
                    labels);
            families.gauge(
                    "kafka_topic_partition_in_sync_replica",
                    "In-sync replicas",
                    partition.isr().size(),
                    labels);
            families.gauge(
                    "kafka_topic_partition_under_replicated_partition",
                    "1 where replicas are not in sync",
                    ControllerFigures.underReplicated(partition) ? 1 : 0,
                    labels);
        }
    }

    /** The cluster as the coordinator knows it; the figures of one that does not lead are zero. */
    record ControllerFigures(
            int activeControllers,
            long offlinePartitions,
            long topics,
            long partitions,
            long imbalanced,
            long activeNodes,
            long fencedNodes) {

        static ControllerFigures of(Coordinator coordinator) {
            if (!coordinator.isReady()) {
                return new ControllerFigures(0, 0, 0, 0, 0, 0, 0);
            }
            ClusterImage image = coordinator.image();
            long partitions = 0;
            long offline = 0;
            long imbalanced = 0;
            for (TopicImage topic : image.topics().values()) {
                partitions += topic.partitions().size();
                for (PartitionImage partition : topic.partitions()) {
                    offline += partition.leader() == PartitionImage.NO_LEADER ? 1 : 0;
                    imbalanced += partition.leader() != partition.replicas().getFirst() ? 1 : 0;
                }
            }
            long fenced = image.nodes().values().stream().filter(NodeImage::fenced).count();
            return new ControllerFigures(
                    1,
                    offline,
                    image.topics().size(),
                    partitions,
                    imbalanced,
                    image.nodes().size() - fenced,
                    fenced);
        }

        static boolean underReplicated(PartitionImage partition) {
            return partition.isr().size() < partition.replicas().size() - partition.adding().size();
        }
    }
}
