package io.tidemark.gateway.group.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Entropy;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The real membership over a model of the coordinator: requests and answers are lost and late,
 * members are thrown out, move to another gateway, leave and come back.
 */
class GroupMembershipSimulationTest {

    private static final int SEEDS = Integer.getInteger("tidemark.simulation.seeds", 2_000);
    private static final int PARTITIONS = 7;
    private static final Uuid TOPIC = new Uuid(7, 9);
    private static final Subscription ORDERS = new Subscription.Topics(List.of("orders"));

    private int fenced;
    private int revoked;
    private int resumed;

    @Test
    void shouldOwnWhatTheCoordinatorGaveAndNothingElse() {
        long first = Long.getLong("tidemark.simulation.seed", 1L);
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "seed " + seed + ": -Dtidemark.simulation.seed=" + seed, failure);
            }
        }
        System.out.printf(
                "membership simulation: %d seeds, %d fenced, %d revocations, %d resumed%n",
                SEEDS, fenced, revoked, resumed);
        if (SEEDS > 100) {
            assertThat(fenced).isGreaterThan(SEEDS / 10);
            assertThat(revoked).isGreaterThan(SEEDS);
            assertThat(resumed).isGreaterThan(SEEDS / 10);
        }
    }

    private record Event(long atMs, long order, Runnable action) {}

    private final class Run {
        private final Random random;
        private final ModelCoordinator coordinator = new ModelCoordinator(TOPIC, PARTITIONS);
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(
                        (a, b) ->
                                a.atMs != b.atMs
                                        ? Long.compare(a.atMs, b.atMs)
                                        : Long.compare(a.order, b.order));
        private final List<Member> members = new ArrayList<>();
        private long nowMs = 1_000;
        private long order;
        private boolean rough = true;
        private boolean topicKnown;

        Run(long seed) {
            random = new Random(seed);
        }

        void run() {
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                Member member = new Member("member-" + i);
                members.add(member);
                after(random.nextInt(2_000), member::subscribe);
            }
            after(
                    random.nextInt(3_000),
                    () -> {
                        topicKnown = true;
                        members.forEach(Member::topicsChanged);
                    });
            for (int i = random.nextInt(12); i > 0; i--) {
                after(random.nextInt(20_000), this::disturb);
            }
            advanceTo(25_000);
            rough = false;
            members.forEach(Member::subscribe);
            advanceTo(60_000);
            quiet();
            fenced += coordinator.fenced;
        }

        private void quiet() {
            TreeSet<Integer> all = new TreeSet<>();
            for (Member member : members) {
                assertThat(member.membership.state())
                        .as(member.id)
                        .isEqualTo(GroupMembership.State.MEMBER);
                for (int partition : member.owned()) {
                    assertThat(all.add(partition)).as("partition " + partition).isTrue();
                }
            }
            assertThat(all).hasSize(PARTITIONS);
        }

        private void disturb() {
            Member member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(5)) {
                case 0 -> coordinator.remove(member.id);
                case 1 -> member.moveToAnotherGateway();
                case 2 -> member.take(member.membership.leave(nanos()));
                case 3 -> member.subscribe();
                default -> member.pausedUntilMs = nowMs + random.nextInt(10_000);
            }
        }

        void after(long delayMs, Runnable action) {
            events.add(new Event(nowMs + delayMs, order++, action));
        }

        long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(nowMs);
        }

        private void advanceTo(long endMs) {
            while (!events.isEmpty() && events.peek().atMs <= endMs) {
                Event event = events.remove();
                nowMs = Math.max(nowMs, event.atMs);
                coordinator.expire(nowMs);
                event.action.run();
                members.forEach(Member::check);
            }
            nowMs = endMs;
        }

        private final class Member {
            final String id;
            final TreeSet<TopicPartition> view = new TreeSet<>();
            GroupMembership membership;
            int life;
            long pausedUntilMs;

            Member(String id) {
                this.id = id;
                this.membership = fresh();
            }

            GroupMembership fresh() {
                return new GroupMembership("group", id, 5_000, new SeededEntropy());
            }

            Set<Integer> owned() {
                return membership.owned().stream()
                        .map(TopicPartition::partition)
                        .collect(Collectors.toSet());
            }

            void subscribe() {
                take(membership.subscribe(nanos(), ORDERS));
            }

            void topicsChanged() {
                take(membership.topicsChanged(nanos(), this::name));
            }

            @Nullable String name(Uuid topicId) {
                return topicKnown && topicId.equals(TOPIC) ? "orders" : null;
            }

            /** Perhaps without the last that was said. */
            void moveToAnotherGateway() {
                if (membership.state() != GroupMembership.State.MEMBER) {
                    return;
                }
                resumed++;
                life++;
                int epoch = membership.epoch() - (random.nextInt(3) == 0 ? 1 : 0);
                TreeSet<TopicPartition> owned = new TreeSet<>(view);
                membership = fresh();
                view.clear();
                if (epoch > 0) {
                    view.addAll(owned);
                }
                take(membership.resume(nanos(), ORDERS, epoch, epoch > 0 ? owned : List.of()));
            }

            void take(List<MemberEffect> effects) {
                int mine = life;
                for (MemberEffect effect : effects) {
                    switch (effect) {
                        case MemberEffect.Send(ConsumerGroupHeartbeatRequestData heartbeat) ->
                                send(heartbeat);
                        case MemberEffect.Assigned(var partitions) -> {
                            for (TopicPartition each : partitions) {
                                assertThat(view.add(each)).as("assigned anew: " + each).isTrue();
                            }
                        }
                        case MemberEffect.Revoke(long revocation, var partitions) -> {
                            revoked++;
                            assertThat(view).containsAll(partitions);
                            after(
                                    random.nextInt(rough ? 3_000 : 200),
                                    () -> {
                                        if (mine == life && view.containsAll(partitions)) {
                                            release(revocation, partitions);
                                        }
                                    });
                        }
                        case MemberEffect.Lost(var partitions) -> {
                            assertThat(view).containsAll(partitions);
                            view.removeAll(partitions);
                        }
                        case MemberEffect.EpochChanged changed -> {}
                        case MemberEffect.Refused refused ->
                                throw new AssertionError("refused: " + refused);
                        case MemberEffect.Left left -> assertThat(view).isEmpty();
                    }
                }
                long wakeNanos = membership.wakeAtNanos();
                if (wakeNanos != Long.MAX_VALUE) {
                    long wakeMs = TimeUnit.NANOSECONDS.toMillis(wakeNanos) + 1;
                    after(
                            Math.max(0, wakeMs - nowMs),
                            () -> {
                                if (mine == life) {
                                    wake();
                                }
                            });
                }
            }

            private void release(long revocation, Set<TopicPartition> partitions) {
                List<MemberEffect> effects = membership.released(nanos(), revocation);
                if (!membership.owned().containsAll(partitions) || partitions.isEmpty()) {
                    view.removeAll(partitions);
                }
                take(effects);
            }

            private void wake() {
                if (nowMs >= pausedUntilMs) {
                    take(membership.wake(nanos()));
                } else {
                    int mine = life;
                    after(
                            pausedUntilMs - nowMs,
                            () -> {
                                if (mine == life) {
                                    wake();
                                }
                            });
                }
            }

            private void send(ConsumerGroupHeartbeatRequestData heartbeat) {
                int mine = life;
                int there = latency();
                int back = latency();
                boolean lostThere = rough && random.nextInt(8) == 0;
                boolean lostBack = rough && random.nextInt(8) == 0;
                if (lostThere) {
                    after(1_000, () -> unanswered(mine));
                    return;
                }
                after(
                        there,
                        () -> {
                            if (mine != life) {
                                // What a gateway has sent arrives before another takes over; the
                                // protocol cannot tell the two apart.
                                return;
                            }
                            ConsumerGroupHeartbeatResponseData answer =
                                    coordinator.heartbeat(heartbeat.duplicate(), nowMs);
                            after(
                                    lostBack ? 1_000 : back,
                                    () -> {
                                        if (lostBack) {
                                            unanswered(mine);
                                        } else if (mine == life) {
                                            take(membership.answered(nanos(), answer, this::name));
                                        }
                                    });
                        });
            }

            private int latency() {
                return 1 + (rough && random.nextInt(10) == 0 ? random.nextInt(2_000) : 5);
            }

            private void unanswered(int mine) {
                if (mine == life) {
                    take(membership.unanswered(nanos()));
                }
            }

            /** Whoever has the coordinator's newest word owns no more than that. */
            void check() {
                assertThat(membership.owned()).as(id).isEqualTo(view);
                if (membership.state() == GroupMembership.State.MEMBER
                        && membership.epoch() == coordinator.epoch(id)) {
                    assertThat(coordinator.held(id)).as(id).containsAll(owned());
                }
            }
        }

        private final class SeededEntropy implements Entropy {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return random.nextInt(bound);
            }
        }
    }
}
