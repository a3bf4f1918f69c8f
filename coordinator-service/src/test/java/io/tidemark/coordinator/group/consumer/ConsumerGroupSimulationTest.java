package io.tidemark.coordinator.group.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.junit.jupiter.api.Test;

/**
 * Members come, go, crash, pause, lose answers and change their minds; topics come, grow and go;
 * the log is slow and coordinators change. Some speak the classic protocol, eager or cooperative; a
 * group that has only those left is handed back and taken over again at once. {@code
 * -Dtidemark.seeds=N} says how many histories, {@code -Dtidemark.seed=N} repeats one.
 */
class ConsumerGroupSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int STEPS = 80;
    private static final int SESSION_MS = 10_000;

    @Test
    void shouldNeverHaveTwoOwnersAndSettleOnceFaultsCease() {
        Long only = Long.getLong("tidemark.seed");
        int seeds = only == null ? Integer.getInteger("tidemark.seeds", SEEDS) : 1;
        int commitsAtEarlierEpochs = 0;
        for (long i = 0; i < seeds; i++) {
            long seed = only == null ? i : only;
            try {
                History history = new History(seed);
                history.run();
                commitsAtEarlierEpochs += history.commits.accepted();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + "; repeat it with -Dtidemark.seed=" + seed, e);
            }
        }
        assertThat(only != null || commitsAtEarlierEpochs > 0)
                .as("commits at earlier epochs were among it")
                .isTrue();
    }

    private static final class History {
        private final Random random;
        private final TestGroup group;
        private final List<SimulatedClient> members = new ArrayList<>();
        private int named;
        private int groupEpoch;
        private int checkedChanges;
        private final CommitFenceCheck commits = new CommitFenceCheck();

        History(long seed) {
            random = new Random(seed);
            group =
                    new TestGroup(
                            new GroupSettings(
                                    6_000,
                                    60_000,
                                    1_000,
                                    0,
                                    0,
                                    2_000,
                                    1_000,
                                    SESSION_MS,
                                    1_000,
                                    1_000,
                                    100,
                                    1),
                            seed);
            group.logsAtOnce = false;
            group.logsBytes = false;
            group.takesOverAgain = true;
            group.topic("a", 1 + random.nextInt(6));
            group.topic("b", 1 + random.nextInt(6));
            if (random.nextBoolean()) {
                upgrade();
            }
        }

        /** The group has been a classic one, whose assignor gave each of two one topic. */
        private void upgrade() {
            List<ClassicMemberState> classic = new ArrayList<>();
            for (String topic : List.of("a", "b")) {
                PartitionSet.Builder all = new PartitionSet.Builder();
                ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
                List<Integer> indexes = new ArrayList<>();
                group.image()
                        .topic(topic)
                        .orElseThrow()
                        .partitions()
                        .forEach(
                                partition -> {
                                    all.add(TestGroup.topicId(topic), partition.index());
                                    indexes.add(partition.index());
                                });
                assignment
                        .assignedPartitions()
                        .add(
                                new ConsumerProtocolAssignment.TopicPartition()
                                        .setTopic(topic)
                                        .setPartitions(indexes));
                SimulatedClassicMember member =
                        new SimulatedClassicMember(
                                "old-" + topic, random.nextBoolean(), topics(), 5, all.build());
                members.add(member);
                classic.add(
                        new ClassicMemberState(
                                member.id,
                                Optional.empty(),
                                "old",
                                "/127.0.0.2",
                                10_000,
                                20_000,
                                Map.of("range", member.subscription(group.image())),
                                ConsumerProtocol.write(assignment, (short) 2)));
            }
            group.convert(new ClassicGroupState(5, "consumer", "range", "old-a", 0, classic));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                fault();
                beatAll(true);
                group.time.advanceMs(random.nextInt(1_500));
                check();
                commits.check(group.membership(), group.describe());
            }
            settle();
        }

        private void fault() {
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> join();
                case 3 -> some().ifPresent(SimulatedClient::die);
                case 4 -> some().ifPresent(member -> member.leave(group, random.nextBoolean()));
                case 5 -> some().ifPresent(SimulatedClient::pause);
                case 6, 7 -> members.forEach(SimulatedClient::resume);
                case 8 -> some().ifPresent(member -> member.subscribe(topics()));
                case 9 -> changeTopics();
                case 10 -> group.failOver();
                default -> {}
            }
            members.removeIf(member -> !member.alive);
        }

        private void join() {
            if (members.size() >= 8) {
                return;
            }
            Optional<String> instance =
                    random.nextInt(3) == 0
                            ? Optional.of("i" + random.nextInt(3))
                            : Optional.empty();
            if (random.nextInt(4) == 0) {
                members.add(
                        new SimulatedClassicMember(
                                "", random.nextBoolean(), topics(), -1, PartitionSet.none()));
                return;
            }
            boolean pattern = random.nextInt(4) == 0;
            members.add(
                    new SimulatedMember(
                            "m" + named++,
                            instance,
                            pattern ? List.of() : topics(),
                            pattern ? Optional.of("[a-c]") : Optional.empty()));
        }

        private List<String> topics() {
            return switch (random.nextInt(4)) {
                case 0 -> List.of("a");
                case 1 -> List.of("b", "c");
                default -> List.of("a", "b");
            };
        }

        private Optional<SimulatedClient> some() {
            return members.isEmpty()
                    ? Optional.empty()
                    : Optional.of(members.get(random.nextInt(members.size())));
        }

        private void changeTopics() {
            Optional<TopicImage> c = group.image().topic("c");
            if (c.isEmpty()) {
                group.topic("c", 2);
            } else if (random.nextBoolean()) {
                group.delete("c");
            } else {
                group.grow("c", c.get().partitions().size() + 1);
            }
        }

        private void beatAll(boolean faults) {
            for (SimulatedClient member : List.copyOf(members)) {
                member.send(group, random, faults);
                if (!faults || random.nextInt(3) > 0) {
                    group.durable();
                }
                member.receive();
                check();
            }
            group.durable();
            members.forEach(SimulatedClient::receive);
            check();
        }

        /** No partition has two owners, the paused aside: they do not know what has happened. */
        private void check() {
            PartitionSet all = PartitionSet.none();
            for (SimulatedClient member : members) {
                if (member.paused || !isIn(member)) {
                    continue;
                }
                if (all.intersects(member.owned)) {
                    throw new AssertionError("Two owners: " + members);
                }
                all = all.plus(member.owned);
            }
            for (; checkedChanges < group.logged.size(); checkedChanges++) {
                GroupChange change = group.logged.get(checkedChanges);
                if (change instanceof GroupChange.ConsumerStored stored) {
                    int epoch = stored.state().groupEpoch();
                    assertThat(epoch).isGreaterThanOrEqualTo(groupEpoch);
                    groupEpoch = epoch;
                }
            }
        }

        /** A member that was put out loses its partitions before it knows. */
        private boolean isIn(SimulatedClient member) {
            return group.isMember(member.id);
        }

        private void settle() {
            members.forEach(SimulatedClient::resume);
            if (members.isEmpty()) {
                join();
            }
            group.time.advanceMs(SESSION_MS / 2);
            for (int round = 0; round < 25; round++) {
                beatAll(false);
                group.time.advanceMs(1_000);
                members.removeIf(member -> !member.alive);
            }
            List<SimulatedClient> live = members.stream().filter(this::isIn).toList();
            assertThat(group.membership().state())
                    .as("%s", members)
                    .isEqualTo(live.isEmpty() ? "Empty" : "Stable");
            group.image().topics().values().forEach(topic -> checkAssignedOnce(topic, live));
        }

        private void checkAssignedOnce(TopicImage topic, List<SimulatedClient> live) {
            Uuid id = topic.id();
            boolean wanted = group.membership().isSubscribedTo(topic.name());
            topic.partitions()
                    .forEach(
                            partition ->
                                    assertThat(
                                                    live.stream()
                                                            .filter(
                                                                    member ->
                                                                            member.owned.contains(
                                                                                    id,
                                                                                    partition
                                                                                            .index()))
                                                            .count())
                                            .as("%s-%d: %s", topic.name(), partition.index(), live)
                                            .isEqualTo(wanted ? 1 : 0));
        }
    }
}
