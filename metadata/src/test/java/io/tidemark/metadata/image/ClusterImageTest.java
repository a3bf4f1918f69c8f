package io.tidemark.metadata.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ClusterImageTest {
    private static final PartitionImage P0 = new PartitionImage(0, 1, 0, 0, List.of(1), List.of(1));
    private static final PartitionImage P1 = new PartitionImage(1, 1, 0, 0, List.of(1), List.of(1));

    @Test
    void shouldShareWhatAChangeDoesNotTouch() {
        // Given
        ClusterImage before = ClusterImage.empty().apply(1, created("orders", 1));
        // When
        ClusterImage after = before.apply(2, new Delta.ProducerIdsAllocated(1000));
        // Then
        assertThat(after.topics()).isSameAs(before.topics());
        assertThat(after.topicNames()).isSameAs(before.topicNames());
        assertThat(after.version()).isEqualTo(2);
        assertThat(before.nextProducerId()).isZero();
    }

    @Test
    void shouldFindTopicsByNameAndId() {
        ClusterImage image = ClusterImage.empty().apply(1, created("orders", 9));
        assertThat(image.topic("orders")).isPresent().isEqualTo(image.topic(new Uuid(9, 9)));
        assertThat(image.partition(new Uuid(9, 9), 0)).contains(P0);
        assertThat(image.partition(new Uuid(9, 9), 1)).isEmpty();
        assertThat(image.topic("payments")).isEmpty();
        assertThat(image.topic(new Uuid(1, 1))).isEmpty();
    }

    @Test
    void shouldForgetADeletedTopicUnderBothKeys() {
        ClusterImage image = ClusterImage.empty().apply(1, created("orders", 9));
        ClusterImage after = image.apply(2, new Delta.TopicDeleted(new Uuid(9, 9), "orders"));
        assertThat(after.topics()).isEmpty();
        assertThat(after.topicNames()).isEmpty();
    }

    @Test
    void shouldGrowAndChangePartitions() {
        ClusterImage image = ClusterImage.empty().apply(1, created("orders", 9));
        Uuid id = new Uuid(9, 9);
        PartitionImage moved = P1.withLeader(PartitionImage.NO_LEADER, List.of(1), List.of());
        ClusterImage after =
                image.apply(
                        2,
                        List.of(
                                new Delta.PartitionsAdded(id, List.of(P1)),
                                new Delta.PartitionChanged(id, moved)));
        assertThat(after.topic("orders").orElseThrow().partitions()).containsExactly(P0, moved);
        assertThat(moved.leaderEpoch()).isEqualTo(1);
        assertThat(moved.partitionEpoch()).isEqualTo(1);
    }

    @Test
    void shouldRefuseDeltasThatDoNotFit() {
        ClusterImage image = ClusterImage.empty().apply(1, created("orders", 9));
        List<Delta> misfits =
                List.of(
                        created("orders", 10),
                        new Delta.TopicDeleted(new Uuid(1, 1), "payments"),
                        new Delta.NodeFenced(3, 1),
                        new Delta.PartitionChanged(new Uuid(9, 9), P1),
                        new Delta.PartitionsAdded(new Uuid(9, 9), List.of(P0)));
        for (Delta misfit : misfits) {
            assertThatThrownBy(() -> image.apply(2, misfit))
                    .as(misfit.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> image.apply(1, new Delta.ProducerIdsAllocated(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must grow");
    }

    @Test
    void shouldHashEqualImagesAlikeWhateverTheirHistory() {
        List<Delta> deltas = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            deltas.add(created("topic-" + i, i));
        }
        ClusterImage one = ClusterImage.empty().apply(5, deltas);
        Collections.shuffle(deltas, new Random(7));
        ClusterImage other = ClusterImage.empty();
        int version = 0;
        for (List<Delta> part : List.of(deltas.subList(0, 300), deltas.subList(300, 1_000))) {
            version++;
            other = other.apply(version, part);
        }
        other = other.apply(3, created("passing", 5_000));
        other = other.apply(5, new Delta.TopicDeleted(new Uuid(5_000, 5_000), "passing"));
        assertThat(other).isEqualTo(one);
        assertThat(other.stateHash()).isEqualTo(one.stateHash());
    }

    @Test
    void shouldHashEveryDifferenceDifferently() {
        ClusterImage image =
                ClusterImage.empty().apply(1, List.of(created("orders", 9), node(1, false)));
        Uuid id = new Uuid(9, 9);
        List<Delta> changes =
                List.of(
                        new Delta.ClusterInitialized("c"),
                        node(2, false),
                        new Delta.NodeFenced(1, 1),
                        new Delta.NodeUnregistered(1),
                        created("payments", 10),
                        new Delta.TopicDeleted(id, "orders"),
                        new Delta.PartitionsAdded(id, List.of(P1)),
                        new Delta.NodeDraining(1, 1, true),
                        new Delta.PartitionChanged(id, P0.withLeader(-1, List.of(1), List.of())),
                        new Delta.PartitionChanged(id, P0.withLeader(1, List.of(), List.of(1))),
                        new Delta.PartitionChanged(id, P0.withLeader(1, List.of(), List.of())),
                        new Delta.PartitionChanged(id, moving(List.of(2), List.of())),
                        new Delta.PartitionChanged(id, moving(List.of(), List.of(2))),
                        new Delta.TopicConfigsChanged(id, Map.of("a", "b")),
                        new Delta.TopicConfigsChanged(id, Map.of("b", "a")),
                        new Delta.NodeConfigsChanged("", Map.of("a", "b")),
                        new Delta.NodeConfigsChanged("1", Map.of("a", "b")),
                        new Delta.ProducerIdsAllocated(1));
        List<Long> hashes =
                changes.stream().map(change -> image.apply(2, change).stateHash()).toList();
        assertThat(hashes).doesNotHaveDuplicates().doesNotContain(image.stateHash());
    }

    @Test
    void shouldKeepShardedMapsEqualToHashMaps() {
        // Given a seeded history of puts and removals
        Random random = new Random(42);
        Map<String, Integer> model = new HashMap<>();
        ShardedMap<String, Integer> map = ShardedMap.copyOf(Map.of());
        for (int round = 0; round < 200; round++) {
            ShardedMap<String, Integer> before = map;
            Map<String, Integer> modelBefore = Map.copyOf(model);
            ShardedMap.Builder<String, Integer> change = map.change();
            for (int i = 0; i < 20; i++) {
                String key = "k" + random.nextInt(500);
                if (random.nextInt(3) == 0) {
                    change.remove(key);
                    model.remove(key);
                } else {
                    change.put(key, round * 100 + i);
                    model.put(key, round * 100 + i);
                }
            }
            // When
            map = change.build();
            // Then
            assertThat(before.equals(modelBefore)).isTrue();
            assertThat(map.equals(model) && model.equals(map)).isTrue();
            assertThat(map).hasSize(model.size());
        }
    }

    @Test
    void shouldNotLetCallersChangeAnImage() {
        ClusterImage image = ClusterImage.empty().apply(1, created("orders", 9));
        TopicImage topic = image.topic("orders").orElseThrow();
        assertThatThrownBy(() -> image.topics().remove("orders"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> image.nodes().clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> image.topics().entrySet().iterator().next().setValue(topic))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void shouldCountWhatANodeLeadsAlthoughAnotherCouldTakeItOver() {
        PartitionImage shared = moving(List.of(), List.of());
        PartitionImage sole =
                new PartitionImage(
                        1, 1, 0, 1, List.of(1), List.of(1), List.of(), List.of(), List.of());
        TopicImage topic =
                new TopicImage(new Uuid(9, 9), "orders", List.of(shared, sole), Map.of(), 1);
        ClusterImage both =
                ClusterImage.empty()
                        .apply(
                                1,
                                List.of(
                                        node(1, false),
                                        node(2, false),
                                        new Delta.TopicCreated(topic)));

        assertThat(both.leadsForOthers(1)).isEqualTo(1);
        assertThat(both.leadsForOthers(2)).isZero();
        assertThat(both.apply(2, node(2, true)).leadsForOthers(1)).as("2 is away").isZero();
    }

    private static PartitionImage moving(List<Integer> adding, List<Integer> removing) {
        return new PartitionImage(
                0, 1, 0, 1, List.of(1, 2), List.of(1), List.of(), adding, removing);
    }

    private static Delta.TopicCreated created(String name, long id) {
        return new Delta.TopicCreated(
                new TopicImage(new Uuid(id, id), name, List.of(P0), Map.of(), 1));
    }

    private static Delta node(int id, boolean fenced) {
        return new Delta.NodeRegistered(
                new NodeImage(
                        id,
                        1,
                        new Uuid(1, 1),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        fenced,
                        false));
    }
}
