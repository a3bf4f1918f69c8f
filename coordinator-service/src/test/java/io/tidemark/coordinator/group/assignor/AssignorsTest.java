package io.tidemark.coordinator.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignorsTest {
    private static final Uuid A = new Uuid(0, 1);
    private static final Uuid B = new Uuid(0, 2);
    private static final Uuid C = new Uuid(0, 3);

    private final Map<String, Set<Uuid>> subscriptions = new HashMap<>();
    private final Map<String, String> racks = new HashMap<>();
    private final Map<String, String> instances = new HashMap<>();
    private final SortedMap<Uuid, Assignor.Topic> topics = new TreeMap<>();
    private Map<String, PartitionSet> assigned = Map.of();

    private void topic(Uuid id, int partitions) {
        topics.put(id, new Assignor.Topic("t" + id, partitions, List.of()));
    }

    private void member(String id, Uuid... wanted) {
        subscriptions.put(id, Set.of(wanted));
    }

    private Map<String, PartitionSet> assign(String assignor) {
        SortedMap<String, Assignor.Member> members = new TreeMap<>();
        subscriptions.forEach(
                (id, wanted) ->
                        members.put(
                                id,
                                new Assignor.Member(
                                        Optional.ofNullable(instances.get(id)),
                                        Optional.ofNullable(racks.get(id)),
                                        wanted,
                                        assigned.getOrDefault(id, PartitionSet.none()))));
        assigned =
                Assignors.byName(assignor)
                        .orElseThrow()
                        .assign(new Assignor.Input(members, topics));
        requireEachAssignedOnce();
        return assigned;
    }

    private void requireEachAssignedOnce() {
        assertThat(assigned.keySet()).isEqualTo(subscriptions.keySet());
        topics.forEach(
                (id, topic) -> {
                    boolean wanted = subscriptions.values().stream().anyMatch(w -> w.contains(id));
                    for (int i = 0; i < topic.partitions(); i++) {
                        int partition = i;
                        List<String> owners =
                                assigned.entrySet().stream()
                                        .filter(e -> e.getValue().contains(id, partition))
                                        .map(Map.Entry::getKey)
                                        .toList();
                        assertThat(owners).hasSize(wanted ? 1 : 0);
                        assertThat(owners)
                                .allMatch(
                                        owner ->
                                                subscriptions
                                                        .getOrDefault(owner, Set.of())
                                                        .contains(id));
                    }
                });
    }

    private List<Integer> of(String member, Uuid topic) {
        return assigned.getOrDefault(member, PartitionSet.none())
                .toMap()
                .getOrDefault(topic, List.of());
    }

    private int moved(Map<String, PartitionSet> before) {
        return assigned.entrySet().stream()
                .mapToInt(
                        entry ->
                                entry.getValue()
                                        .minus(
                                                before.getOrDefault(
                                                        entry.getKey(), PartitionSet.none()))
                                        .size())
                .sum();
    }

    @Test
    void shouldNameUniformFirst() {
        assertThat(Assignors.names()).containsExactly("uniform", "range");
        assertThat(Assignors.byName("roundrobin")).isEmpty();
    }

    @Test
    void shouldGiveEachSubscriberARange() {
        // Given
        topic(A, 7);
        topic(B, 7);
        member("m1", A, B);
        member("m2", A, B);
        member("m3", A);

        // When
        assign("range");

        // Then
        assertThat(of("m1", A)).containsExactly(0, 1, 2);
        assertThat(of("m2", A)).containsExactly(3, 4);
        assertThat(of("m3", A)).containsExactly(5, 6);
        assertThat(of("m1", B)).containsExactly(0, 1, 2, 3);
        assertThat(of("m2", B)).containsExactly(4, 5, 6);
    }

    @Test
    void shouldKeepTheRangeOfAStaticMemberThatComesBackUnderAnotherId() {
        // Given
        topic(A, 4);
        member("x", A);
        member("y", A);
        instances.putAll(Map.of("x", "first", "y", "second"));
        assign("range");
        assertThat(of("x", A)).containsExactly(0, 1);

        // When
        subscriptions.remove("x");
        member("z", A);
        instances.put("z", "first");
        assign("range");

        // Then
        assertThat(of("z", A)).containsExactly(0, 1);
    }

    @Test
    void shouldGiveFewerPartitionsThanMembersToSome() {
        topic(A, 2);
        member("m1", A);
        member("m2", A);
        member("m3", A);
        for (String assignor : Assignors.names()) {
            assign(assignor);
            assertThat(assigned.values()).extracting(PartitionSet::size).containsOnly(0, 1);
        }
    }

    @Test
    void shouldSpreadEachTopicUniformly() {
        // Given
        topic(A, 4);
        topic(B, 4);
        member("m1", A, B);
        member("m2", A, B);

        // When
        assign("uniform");

        // Then
        assertThat(of("m1", A)).hasSize(2);
        assertThat(of("m1", B)).hasSize(2);
    }

    @Test
    void shouldMoveOnlyWhatANewMemberNeeds() {
        // Given
        topic(A, 300);
        for (int i = 0; i < 99; i++) {
            member("m" + i, A);
        }
        Map<String, PartitionSet> before = assign("uniform");

        // When
        member("n", A);
        assign("uniform");

        // Then
        assertThat(moved(before)).isEqualTo(3);
    }

    @Test
    void shouldMoveOnlyWhatALeavingMemberHad() {
        // Given
        topic(A, 100);
        for (int i = 0; i < 10; i++) {
            member("m" + i, A);
        }
        Map<String, PartitionSet> before = assign("uniform");

        // When
        subscriptions.remove("m3");
        assign("uniform");

        // Then
        assertThat(moved(before)).isEqualTo(10);
    }

    @Test
    void shouldPreferMembersNearAReplica() {
        // Given
        List<Set<String>> where = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            where.add(Set.of(i % 2 == 0 ? "east" : "west"));
        }
        topics.put(A, new Assignor.Topic("a", 8, where));
        member("m1", A);
        member("m2", A);
        racks.putAll(Map.of("m1", "west", "m2", "east"));

        // When
        assign("uniform");

        // Then
        assertThat(of("m1", A)).containsExactly(1, 3, 5, 7);
        assertThat(of("m2", A)).containsExactly(0, 2, 4, 6);
    }

    @Test
    void shouldBalanceRatherThanStayNear() {
        // Given
        topics.put(
                A,
                new Assignor.Topic(
                        "a", 4, List.of(Set.of("e"), Set.of("e"), Set.of("e"), Set.of("e"))));
        member("m1", A);
        member("m2", A);
        racks.putAll(Map.of("m1", "e", "m2", "w"));

        // When
        assign("uniform");

        // Then
        assertThat(of("m1", A)).hasSize(2);
    }

    @Test
    void shouldBalanceMembersWithDifferentSubscriptions() {
        // Given
        topic(A, 6);
        topic(B, 6);
        topic(C, 2);
        member("m1", A);
        member("m2", A, B);
        member("m3", B, C);

        // When
        assign("uniform");

        // Then
        assertThat(assigned.values())
                .extracting(PartitionSet::size)
                .allMatch(s -> s >= 4 && s <= 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range"})
    void shouldAssignEverythingOnceAndUniformlyWhateverComes(String assignor) {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            subscriptions.clear();
            topics.clear();
            assigned = Map.of();
            int topicCount = 1 + random.nextInt(5);
            boolean same = random.nextBoolean();
            for (int round = 0; round < 6; round++) {
                change(random, topicCount, same);
                assign(assignor);
                if (assignor.equals("uniform")) {
                    requireBalance(seed);
                    // Then nothing moves without need
                    Map<String, PartitionSet> settled = assigned;
                    assign(assignor);
                    assertThat(assigned).as("seed %d", seed).isEqualTo(settled);
                }
            }
        }
    }

    private void change(Random random, int topicCount, boolean same) {
        topics.clear();
        List<Uuid> ids = new ArrayList<>();
        for (int i = 0; i < topicCount; i++) {
            Uuid id = new Uuid(1, i);
            ids.add(id);
            topic(id, random.nextInt(12));
        }
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            Set<Uuid> wanted = new HashSet<>(ids);
            if (!same) {
                wanted.removeIf(id -> random.nextInt(3) == 0);
            }
            subscriptions.put("m" + random.nextInt(12), wanted);
        }
        if (random.nextBoolean() && subscriptions.size() > 1) {
            subscriptions.remove(subscriptions.keySet().iterator().next());
        }
    }

    /** Of members that want the same topics none has two more than another. */
    private void requireBalance(long seed) {
        Map<Set<Uuid>, List<Integer>> sizes = new HashMap<>();
        assigned.forEach(
                (id, partitions) ->
                        sizes.computeIfAbsent(
                                        subscriptions.getOrDefault(id, Set.of()),
                                        w -> new ArrayList<>())
                                .add(partitions.size()));
        sizes.values()
                .forEach(
                        each ->
                                assertThat(
                                                each.stream().mapToInt(i -> i).max().orElse(0)
                                                        - each.stream()
                                                                .mapToInt(i -> i)
                                                                .min()
                                                                .orElse(0))
                                        .as("seed %d", seed)
                                        .isLessThanOrEqualTo(1));
    }
}
