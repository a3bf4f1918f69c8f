package io.tidemark.partition.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class GroupPlacementTest {
    private static final int GROUPS = 3_000;

    @Test
    void shouldSpreadGroupsAndMoveOnlyThoseOfANodeThatGoes() {
        ClusterImage three = nodes(3);
        ClusterImage two = three.apply(three.version() + 1, new Delta.NodeFenced(2, 2));

        List<Integer> before = places(three);
        List<Integer> after = places(two);

        for (int node = 1; node <= 3; node++) {
            int id = node;
            assertThat(before.stream().filter(at -> at == id).count())
                    .isBetween(GROUPS / 4L, GROUPS / 2L);
        }
        for (int group = 0; group < GROUPS; group++) {
            if (before.get(group) != 2) {
                assertThat(after.get(group)).isEqualTo(before.get(group));
            } else {
                assertThat(after.get(group)).isNotEqualTo(2);
            }
        }
    }

    @Test
    void shouldPreferNodesThatStay() {
        ClusterImage image = nodes(1);
        ClusterImage draining =
                image.apply(image.version() + 1, new Delta.NodeDraining(1, 1, true));

        assertThat(GroupPlacement.nodeOf("g", draining)).contains(1);
        ClusterImage two = nodes(2);
        ClusterImage oneGoes = two.apply(two.version() + 1, new Delta.NodeDraining(1, 1, true));
        assertThat(places(oneGoes)).containsOnly(2);
        assertThat(GroupPlacement.nodeOf("g", ClusterImage.empty())).isEmpty();
    }

    private static List<Integer> places(ClusterImage image) {
        return IntStream.range(0, GROUPS)
                .mapToObj(i -> GroupPlacement.nodeOf("group-" + i, image).orElseThrow())
                .toList();
    }

    private static ClusterImage nodes(int count) {
        List<Delta> deltas = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            deltas.add(
                    new Delta.NodeRegistered(
                            new NodeImage(
                                    id,
                                    id,
                                    new Uuid(1, id),
                                    List.of(),
                                    Optional.empty(),
                                    List.of(),
                                    false,
                                    false)));
        }
        return ClusterImage.empty().apply(1, deltas);
    }
}
