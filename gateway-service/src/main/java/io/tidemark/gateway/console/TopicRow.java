package io.tidemark.gateway.console;

import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;

/**
 * A topic in a list.
 *
 * @param underMinIsr partitions that have a leader and fewer in-sync replicas than acks=all needs
 * @param underReplicated partitions with fewer in-sync replicas than assigned ones
 */
record TopicRow(
        String name,
        int partitions,
        int replicationFactor,
        int withoutLeader,
        int underMinIsr,
        int underReplicated) {

    static TopicRow of(TopicImage topic, ClusterImage image) {
        int without = 0;
        int below = 0;
        int under = 0;
        for (PartitionImage partition : topic.partitions()) {
            switch (Condition.of(partition, topic, image)) {
                case WITHOUT_LEADER -> without++;
                case UNDER_MIN_ISR -> below++;
                case UNDER_REPLICATED -> under++;
                case WELL -> {}
            }
        }
        return new TopicRow(
                topic.name(),
                topic.partitions().size(),
                topic.partitions().isEmpty() ? 0 : topic.partitions().getFirst().replicas().size(),
                without,
                below,
                without + below + under);
    }

    /** How bad it is, for an order: partitions without a leader weigh most. */
    int unwell() {
        return withoutLeader * 1_000_000 + underMinIsr * 1_000 + underReplicated;
    }

    boolean internal() {
        return name.startsWith("__");
    }

    /** How a partition does; the worst that applies. */
    enum Condition {
        WITHOUT_LEADER,
        UNDER_MIN_ISR,
        UNDER_REPLICATED,
        WELL;

        static Condition of(PartitionImage partition, TopicImage topic, ClusterImage image) {
            if (partition.leader() == PartitionImage.NO_LEADER) {
                return WITHOUT_LEADER;
            }
            if (partition.isr().size() >= partition.replicas().size()) {
                return WELL;
            }
            return partition.isr().size() < MinIsr.of(partition, topic, image)
                    ? UNDER_MIN_ISR
                    : UNDER_REPLICATED;
        }
    }
}
