package io.tidemark.coordinator.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class PlacementTest {

    @Test
    void shouldSpreadLeadersAndReplicasOfATopicEvenly() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            // Given
            int nodes = 1 + random.nextInt(9);
            int replicas = 1 + random.nextInt(nodes);
            int partitions = 1 + random.nextInt(60);
            // When
            List<List<Integer>> placed =
                    Placement.place(nodes(nodes, 0), random.nextLong(), 0, partitions, replicas);
            // Then
            assertThat(placed).hasSize(partitions);
            assertThat(placed)
                    .allSatisfy(
                            assignment ->
                                    assertThat(assignment)
                                            .hasSize(replicas)
                                            .doesNotHaveDuplicates());
            Map<Integer, Integer> leaders = new HashMap<>();
            placed.forEach(assignment -> leaders.merge(assignment.getFirst(), 1, Integer::sum));
            int most = Collections.max(leaders.values());
            int least = leaders.size() < nodes ? 0 : Collections.min(leaders.values());
            assertThat(most - least).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void shouldPutReplicasIntoDifferentRacks() {
        List<NodeImage> nodes = nodes(6, 3);
        for (List<Integer> assignment : Placement.place(nodes, 5, 0, 30, 3)) {
            assertThat(assignment.stream().map(id -> id % 3)).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldGoOnWhereTheTopicEnded() {
        List<NodeImage> nodes = nodes(4, 0);
        List<List<Integer>> whole = Placement.place(nodes, 5, 0, 8, 2);
        List<List<Integer>> grown = new ArrayList<>(Placement.place(nodes, 5, 0, 3, 2));
        grown.addAll(Placement.place(nodes, 5, 3, 5, 2));
        assertThat(grown).isEqualTo(whole);
    }

    @Test
    void shouldSpreadTheLoadOfALostNode() {
        List<List<Integer>> placed = Placement.place(nodes(4, 0), 0, 0, 24, 2);
        HashSet<Integer> heirs = new HashSet<>();
        placed.stream()
                .filter(assignment -> assignment.getFirst() == 0)
                .forEach(assignment -> heirs.add(assignment.get(1)));
        assertThat(heirs).containsExactlyInAnyOrder(1, 2, 3);
    }

    /** Nodes 0, 1, ... in racks by id modulo {@code racks}; 0 for none. */
    private static List<NodeImage> nodes(int count, int racks) {
        List<NodeImage> nodes = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            Optional<String> rack = racks == 0 ? Optional.empty() : Optional.of("r" + id % racks);
            nodes.add(
                    new NodeImage(id, 1, new Uuid(1, 1), List.of(), rack, List.of(), false, false));
        }
        return nodes;
    }
}
