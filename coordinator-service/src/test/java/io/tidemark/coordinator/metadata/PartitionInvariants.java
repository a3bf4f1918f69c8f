package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What holds of every partition in every image. */
public final class PartitionInvariants {
    private PartitionInvariants() {}

    public static void check(ClusterImage image) {
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                checkReplicas(partition);
                checkLeader(partition, image);
                if (!partition.elr().isEmpty()) {
                    assertThat(partition.isr())
                            .as("an ELR beside an ISR that can acknowledge: %s", partition)
                            .hasSizeLessThan(MinIsr.of(partition, topic, image));
                }
            }
        }
    }

    private static void checkReplicas(PartitionImage partition) {
        List<Integer> eligible = new ArrayList<>(partition.isr());
        eligible.addAll(partition.elr());
        assertThat(eligible).doesNotHaveDuplicates().isSubsetOf(partition.replicas());
        assertThat(partition.replicas()).isNotEmpty().doesNotHaveDuplicates();
        List<Integer> moving = new ArrayList<>(partition.adding());
        moving.addAll(partition.removing());
        assertThat(moving).doesNotHaveDuplicates().isSubsetOf(partition.replicas());
    }

    private static void checkLeader(PartitionImage partition, ClusterImage image) {
        Predicate<Integer> present =
                id -> image.node(id).filter(node -> !node.fenced()).isPresent();
        if (partition.leader() == PartitionImage.NO_LEADER) {
            assertThat(partition.isr()).as("leaderless: %s", partition).noneMatch(present);
            assertThat(partition.elr()).as("leaderless: %s", partition).noneMatch(present);
        } else {
            assertThat(partition.isr()).contains(partition.leader()).allMatch(present);
        }
    }

    /** Epochs grow with every change, and a change of leader has a new one. */
    public static void checkSuccession(ClusterImage before, ClusterImage after) {
        for (TopicImage topic : before.topics().values()) {
            for (PartitionImage old : topic.partitions()) {
                after.partition(topic.id(), old.index()).ifPresent(now -> checkEpochs(old, now));
            }
        }
        for (NodeImage old : before.nodes().values()) {
            after.node(old.id())
                    .ifPresent(now -> assertThat(now.epoch()).isGreaterThanOrEqualTo(old.epoch()));
        }
    }

    private static void checkEpochs(PartitionImage old, PartitionImage now) {
        int changedLeader = old.leader() == now.leader() ? 0 : 1;
        int changed = old.equals(now) ? 0 : 1;
        assertThat(now.leaderEpoch()).isEqualTo(old.leaderEpoch() + changedLeader);
        assertThat(now.partitionEpoch()).isEqualTo(old.partitionEpoch() + changed);
    }
}
