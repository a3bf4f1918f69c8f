package io.tidemark.coordinator.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LeaderBalanceTest {
    private static final Uuid TOPIC = new Uuid(1, 1);

    @Test
    void shouldTolerateAsMuchAsToldTo() {
        assertThat(LeaderBalance.imbalanced(led(9, 1, List.of(1, 2)), 0.1)).isEmpty();
        assertThat(LeaderBalance.imbalanced(led(8, 2, List.of(1, 2)), 0.1))
                .containsExactly(new PartitionId(TOPIC, 8), new PartitionId(TOPIC, 9));
    }

    @Test
    void shouldMoveOnlyWhatThePreferredLeaderCanLead() {
        assertThat(LeaderBalance.imbalanced(led(0, 4, List.of(2)), 0.1)).isEmpty();
        ClusterImage image = led(0, 4, List.of(1, 2));
        assertThat(LeaderBalance.imbalanced(image, 0.1)).hasSize(4);
        ClusterImage draining = image.apply(5, new Delta.NodeDraining(1, 1, true));
        assertThat(LeaderBalance.imbalanced(draining, 0.1)).isEmpty();
    }

    /** Partitions that prefer node 1: some led by it, the others by node 2 with this ISR. */
    private static ClusterImage led(int byPreferred, int byOther, List<Integer> isr) {
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = 0; i < byPreferred + byOther; i++) {
            partitions.add(
                    i < byPreferred
                            ? new PartitionImage(i, 1, 0, 0, List.of(1, 2), List.of(1, 2))
                            : new PartitionImage(i, 2, 1, 1, List.of(1, 2), isr));
        }
        return ClusterImage.empty()
                .apply(
                        4,
                        List.of(
                                node(1),
                                node(2),
                                new Delta.TopicCreated(
                                        new TopicImage(TOPIC, "x", partitions, Map.of(), 4))));
    }

    private static Delta node(int id) {
        return new Delta.NodeRegistered(
                new NodeImage(
                        id,
                        1,
                        new Uuid(1, id),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        false,
                        false));
    }
}
