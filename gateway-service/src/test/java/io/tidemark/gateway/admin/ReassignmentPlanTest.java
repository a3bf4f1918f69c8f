package io.tidemark.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.admin.ReassignmentPlan.Move;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ReassignmentPlanTest {

    @Test
    void shouldChangeNothingThatIsLevel() {
        ClusterImage image =
                image(nodes(3, 0), List.of(List.of(1, 2), List.of(2, 3), List.of(3, 1)));
        assertThat(ReassignmentPlan.of(image, image.nodes().values())).isEmpty();
    }

    @Test
    void shouldFillANewBroker() {
        List<List<Integer>> assignments = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            assignments.add(List.of(1 + i % 3, 1 + (i + 1) % 3));
        }
        ClusterImage image = image(nodes(4, 0), assignments);
        List<Move> moves = ReassignmentPlan.of(image, image.nodes().values());
        Map<Integer, List<Integer>> after = after(assignments, moves);
        assertThat(replicas(after)).isEqualTo(Map.of(1, 6, 2, 6, 3, 6, 4, 6));
        assertThat(moves.stream().filter(m -> m.target().contains(4))).hasSize(6);
    }

    @Test
    void shouldEmptyABrokerThatLeaves() {
        List<List<Integer>> assignments =
                List.of(List.of(1, 2), List.of(2, 3), List.of(3, 4), List.of(4, 1));
        ClusterImage image = image(nodes(4, 0), assignments);
        List<NodeImage> stay = image.nodes().values().stream().filter(n -> n.id() != 4).toList();
        Map<Integer, List<Integer>> after = after(assignments, ReassignmentPlan.of(image, stay));
        assertThat(replicas(after).keySet()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(replicas(after).values()).allMatch(count -> count == 2 || count == 3);
        assertThatThrownBy(() -> ReassignmentPlan.of(image, stay.subList(0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 replicas, for 1 brokers");
    }

    @Test
    void shouldLevelAnyClusterAndKeepRacksApart() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            // Given brokers in three racks, of which some are to have everything
            List<NodeImage> nodes = nodes(6, 3);
            List<List<Integer>> assignments = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int first = random.nextInt(6);
                assignments.add(List.of(1 + first, 1 + (first + 1) % 6, 1 + (first + 2) % 6));
            }
            ClusterImage image = image(nodes, assignments);
            int count = 3 + random.nextInt(4);
            // When
            List<Move> moves = ReassignmentPlan.of(image, nodes.subList(0, count));
            // Then
            Map<Integer, List<Integer>> after = after(assignments, moves);
            assertThat(after.values())
                    .allSatisfy(
                            target ->
                                    assertThat(target)
                                            .hasSize(3)
                                            .doesNotHaveDuplicates()
                                            .allMatch(id -> id <= count)
                                            .extracting(id -> id % 3)
                                            .doesNotHaveDuplicates());
            if (count % 3 == 0) {
                assertThat(replicas(after).values())
                        .allMatch(has -> Math.abs(has - 90 / count) <= 1);
            }
        }
    }

    private static Map<Integer, List<Integer>> after(
            List<List<Integer>> assignments, List<Move> moves) {
        Map<Integer, List<Integer>> after = new HashMap<>();
        for (int i = 0; i < assignments.size(); i++) {
            after.put(i, assignments.get(i));
        }
        moves.forEach(move -> after.put(move.index(), move.target()));
        return after;
    }

    private static Map<Integer, Integer> replicas(Map<Integer, List<Integer>> assignments) {
        Map<Integer, Integer> counts = new HashMap<>();
        assignments.values().forEach(list -> list.forEach(id -> counts.merge(id, 1, Integer::sum)));
        return counts;
    }

    private static List<NodeImage> nodes(int count, int racks) {
        List<NodeImage> nodes = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            Optional<String> rack = racks == 0 ? Optional.empty() : Optional.of("r" + id % racks);
            nodes.add(
                    new NodeImage(id, 1, new Uuid(1, 1), List.of(), rack, List.of(), false, false));
        }
        return nodes;
    }

    private static ClusterImage image(List<NodeImage> nodes, List<List<Integer>> assignments) {
        List<PartitionImage> partitions = new ArrayList<>();
        for (List<Integer> replicas : assignments) {
            partitions.add(
                    new PartitionImage(
                            partitions.size(), replicas.getFirst(), 0, 0, replicas, replicas));
        }
        List<Delta> deltas = new ArrayList<>();
        nodes.forEach(node -> deltas.add(new Delta.NodeRegistered(node)));
        deltas.add(
                new Delta.TopicCreated(
                        new TopicImage(new Uuid(1, 1), "x", partitions, Map.of(), 1)));
        return ClusterImage.empty().apply(1, deltas);
    }
}
