package io.tidemark.coordinator.group.classic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicStored;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Consumers that come, go, pause and crash, a network that loses and delays, coordinators that take
 * over from one another. {@code -Dsimulation.seed=n} repeats one run, {@code -Dsimulation.seeds=n}
 * says how many there are.
 */
class ClassicGroupSimulationTest {
    private static final int FAULTS_MS = 60_000;
    private static final int CALM_MS = 90_000;

    @Test
    void shouldGiveEachPartitionToOneMemberAndSettle() {
        Long one = Long.getLong("simulation.seed");
        int seeds = Integer.getInteger("simulation.seeds", 2_500);
        int generations = 0;
        int commits = 0;
        int takeovers = 0;
        for (long seed = one == null ? 1 : one; seed <= (one == null ? seeds : one); seed++) {
            Run run = new Run(seed);
            try {
                run.go();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            generations += run.newestDelivered;
            commits += run.commits;
            takeovers += run.takeovers;
        }
        if (one == null) {
            assertThat(generations).isGreaterThan(3 * seeds);
            assertThat(commits).isGreaterThan(3 * seeds);
            assertThat(takeovers).isGreaterThan(seeds);
        }
    }

    /** What happens for one seed. */
    private static final class Run implements SimulatedConsumer.Cluster, GroupHost {
        private final SeededEntropy chance;
        private final SimulatedTime time = new SimulatedTime();
        private final GroupWorld world;
        private final List<SimulatedConsumer> consumers = new ArrayList<>();
        private final Queue<Append> underWay = new LinkedList<>();
        private final Map<Integer, Map<Integer, String>> owners = new HashMap<>();
        private @Nullable Membership group;
        private @Nullable ClassicGroupState stored;
        private boolean faults = true;
        private int newestDelivered;
        private int commits;
        private int takeovers;

        private record Append(ClassicGroupState state, CompletableFuture<Void> done) {}

        Run(long seed) {
            chance = new SeededEntropy(seed);
            world =
                    new GroupWorld(
                            time,
                            time,
                            chance.split(),
                            new GroupRuntime(this::append, new GroupStates()),
                            ClusterImage::empty,
                            new Patterns(ClusterImage::empty, time, Runnable::run, Runnable::run),
                            GroupSettings.DEFAULTS);
            group = new ClassicMemberships().create(this);
            int size = 1 + chance.nextInt(6);
            for (int i = 0; i < size; i++) {
                String instanceId = chance.nextInt(3) == 0 ? "static" + chance.nextInt(3) : null;
                int version = 3 + chance.nextInt(7);
                consumers.add(
                        new SimulatedConsumer(
                                this,
                                time,
                                chance.split(),
                                version < 5 ? null : instanceId,
                                version));
            }
        }

        void go() {
            consumers.forEach(consumer -> time.schedule(chance.nextInt(300), consumer::start));
            schedule(this::somethingHappens);
            time.pass(FAULTS_MS);
            faults = false;
            time.pass(CALM_MS);
            checkSettled();
        }

        private void schedule(Runnable event) {
            time.schedule(50 + chance.nextInt(2_000), event);
        }

        private void somethingHappens() {
            if (!faults) {
                return;
            }
            SimulatedConsumer consumer = consumers.get(chance.nextInt(consumers.size()));
            switch (chance.nextInt(8)) {
                case 0 -> consumer.leave();
                case 1 -> consumer.crash();
                case 2 -> consumer.pause(chance.nextInt(12_000));
                case 3, 4 -> {
                    if (!consumer.isRunning()) {
                        consumer.start();
                    }
                }
                case 5, 6 -> consumer.commit();
                default -> takeOver();
            }
            schedule(this::somethingHappens);
        }

        private ChangeLog.Appended append(List<GroupChange> changes) {
            Append append =
                    new Append(
                            ((ClassicStored) changes.getFirst()).state(),
                            new CompletableFuture<>());
            underWay.add(append);
            time.schedule(chance.nextInt(30), () -> persistUpTo(append));
            return new ChangeLog.Taken(append.done);
        }

        private void persistUpTo(Append append) {
            while (underWay.contains(append)) {
                Append next = underWay.remove();
                persist(next);
                next.done.complete(null);
            }
        }

        private void persist(Append append) {
            assertThat(append.state.generation())
                    .as("the generation that is stored")
                    .isGreaterThanOrEqualTo(stored == null ? 0 : stored.generation());
            stored = append.state;
        }

        /** The coordinator is gone; of what it appended last, some may have lasted. */
        private void takeOver() {
            if (group == null) {
                return;
            }
            takeovers++;
            Membership old = group;
            group = null;
            int lasting = chance.nextInt(underWay.size() + 1);
            for (int i = 0; !underWay.isEmpty(); i++) {
                Append append = underWay.remove();
                if (i < lasting) {
                    persist(append);
                }
                append.done.completeExceptionally(new IllegalStateException("not the leader"));
            }
            old.close(ErrorCode.NOT_COORDINATOR);
            time.schedule(
                    chance.nextInt(3_000),
                    () ->
                            group =
                                    stored == null
                                            ? new ClassicMemberships().create(this)
                                            : new ClassicMemberships().load(this, stored));
        }

        @Override
        public <R> void call(
                Function<Membership, CompletionStage<R>> request,
                Consumer<R> answer,
                Runnable away) {
            if (isLost()) {
                return;
            }
            time.schedule(
                    chance.nextInt(faults ? 40 : 5),
                    () -> {
                        if (group == null) {
                            away.run();
                            return;
                        }
                        request.apply(group)
                                .thenAccept(
                                        response -> {
                                            if (!isLost()) {
                                                time.schedule(
                                                        chance.nextInt(faults ? 40 : 5),
                                                        () -> answer.accept(response));
                                            }
                                        });
                    });
        }

        private boolean isLost() {
            return faults && chance.nextInt(40) == 0;
        }

        @Override
        public void delivered(String identity, int generation, List<Integer> partitions) {
            Map<Integer, String> inGeneration =
                    owners.computeIfAbsent(generation, g -> new HashMap<>());
            for (int partition : partitions) {
                String other = inGeneration.putIfAbsent(partition, identity);
                assertThat(other == null || other.equals(identity))
                        .as(
                                "%s and %s own partition %d in generation %d",
                                other, identity, partition, generation)
                        .isTrue();
            }
            newestDelivered = Math.max(newestDelivered, generation);
        }

        @Override
        public void committed(int generation) {
            commits++;
            assertThat(generation)
                    .as("the generation of a commit that is accepted")
                    .isGreaterThanOrEqualTo(newestDelivered);
        }

        private void checkSettled() {
            List<SimulatedConsumer> alive =
                    consumers.stream().filter(SimulatedConsumer::isRunning).toList();
            Membership now = Objects.requireNonNull(group);
            assertThat(now.state()).isEqualTo(alive.isEmpty() ? now.state() : "Stable");
            assertThat(alive).allMatch(SimulatedConsumer::isIn);
            ClassicGroupState state = now.classicState().orElseThrow();
            assertThat(state.members())
                    .extracting(GroupChange.ClassicMemberState::memberId)
                    .containsExactlyInAnyOrderElementsOf(
                            alive.stream().map(SimulatedConsumer::memberId).toList());
            assertThat(alive).allMatch(consumer -> consumer.generation() == state.generation());
            if (!alive.isEmpty()) {
                assertThat(alive.stream().flatMap(consumer -> consumer.owned().stream()))
                        .as("partitions that are consumed")
                        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
            } else {
                assertThat(now.isEmpty()).isTrue();
            }
            assertThat(underWay).isEmpty();
        }

        @Override
        public String id() {
            return "g";
        }

        @Override
        public GroupWorld world() {
            return world;
        }

        @Override
        public void becomeClassic(ClassicGroupState state) {
            throw new IllegalStateException("It is classic");
        }

        @Override
        public void fallBack() {
            throw new IllegalStateException("Nothing is refused");
        }
    }
}
