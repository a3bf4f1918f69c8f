package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/**
 * One partition with a model of its replicas' logs, while nodes fail, lose disks, drain and return,
 * replicas move, and settings change. Checked after every step: whoever leads has every record that
 * was acknowledged, unless told to lead without; and the invariants of the metadata.
 */
class AcknowledgedRecordsSimulationTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 400;
    private static final int NODES = 5;

    @Test
    void shouldOnlyEverLetReplicasLeadThatHaveAllThatWasAcknowledged() {
        long acknowledged = 0;
        long leaders = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                Run run = new Run(seed);
                run.play();
                acknowledged += run.acknowledged.size();
                leaders += run.partition().leaderEpoch();
            } catch (Throwable t) {
                throw new AssertionError("Failed with seed " + seed, t);
            }
        }
        assertThat(acknowledged).as("records acknowledged at the ends").isGreaterThan(10L * SEEDS);
        assertThat(leaders).as("changes of leader").isGreaterThan(10L * SEEDS);
    }

    /** What a node has of the partition; it follows the leader of {@code epoch}. */
    private static final class Log {
        List<Integer> records = new ArrayList<>();
        int epoch = -1;
        Uuid disk = new Uuid(1, 1);
    }

    private static final class Run {
        final Random random;
        final DecidingCluster cluster = new DecidingCluster();
        final Map<Integer, Log> logs = new HashMap<>();
        List<Integer> acknowledged = List.of();
        int nextRecord;
        int ledEpoch = -1;
        int epochStart;

        Run(long seed) {
            random = new Random(seed);
            for (int id = 1; id <= NODES; id++) {
                logs.put(id, new Log());
                cluster.register(id, true, logOf(id).disk);
                cluster.resume(id);
            }
            cluster.create("x", 1 + random.nextInt(3), 1, 2, 3);
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                ClusterImage before = cluster.state.image();
                step();
                PartitionInvariants.check(cluster.state.image());
                PartitionInvariants.checkSuccession(before, cluster.state.image());
                checkLeader();
            }
        }

        private void checkLeader() {
            PartitionImage now = partition();
            if (now.leader() == PartitionImage.NO_LEADER) {
                return;
            }
            List<Integer> records = logOf(now.leader()).records;
            assertThat(commonPrefix(records, acknowledged))
                    .as("acknowledged records of the leader of %s", now)
                    .isEqualTo(acknowledged.size());
            if (ledEpoch != now.leaderEpoch()) {
                ledEpoch = now.leaderEpoch();
                epochStart = records.size();
                logOf(now.leader()).epoch = ledEpoch;
            }
        }

        private void step() {
            int node = 1 + random.nextInt(NODES);
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> append();
                case 4, 5, 6, 7, 8 -> fetch(node);
                case 9, 10, 11 -> acknowledge();
                case 12, 13, 14 -> grow(node);
                case 15 -> shrink(node);
                case 16 -> fenced(random.nextBoolean() ? node : partition().leader(), true);
                case 17, 18 -> fenced(node, false);
                case 19 -> restart(node);
                case 20 -> drainOrNot(node);
                case 21 -> lose(node);
                case 22 -> operate();
                default -> setMinIsr();
            }
        }

        private void append() {
            leaderLog().ifPresent(log -> log.records.add(nextRecord++));
        }

        /** Cuts what the leader does not have; then takes what it has more. */
        private void fetch(int node) {
            Log log = logOf(node);
            leaderLog()
                    .filter(leader -> leader != log && replicates(node))
                    .ifPresent(
                            leader -> {
                                int common = commonPrefix(log.records, leader.records);
                                log.records = new ArrayList<>(log.records.subList(0, common));
                                if (log.epoch == ledEpoch) {
                                    int upTo = common + random.nextInt(6);
                                    log.records.addAll(
                                            leader.records.subList(
                                                    common, Math.min(upTo, leader.records.size())));
                                }
                                log.epoch = ledEpoch;
                            });
        }

        private void acknowledge() {
            PartitionImage now = partition();
            boolean enough =
                    now.isr().size() >= MinIsr.of(now, cluster.topic("x"), cluster.state.image());
            boolean known = now.isr().stream().allMatch(id -> logOf(id).epoch == ledEpoch);
            if (leaderLog().isPresent() && enough && known) {
                int end =
                        now.isr().stream().mapToInt(id -> logOf(id).records.size()).min().orElse(0);
                if (end > acknowledged.size()) {
                    acknowledged = List.copyOf(leaderLog().orElseThrow().records.subList(0, end));
                }
            }
        }

        /** A follower that has all from before this leader, and all that is acknowledged. */
        private void grow(int node) {
            Log log = logOf(node);
            boolean caughtUp =
                    log.epoch == ledEpoch
                            && log.records.size() >= Math.max(epochStart, acknowledged.size());
            if (leaderLog().isPresent() && caughtUp && !partition().isr().contains(node)) {
                List<Integer> isr = new ArrayList<>(partition().isr());
                isr.add(node);
                propose(isr);
            }
        }

        private void shrink(int node) {
            if (leaderLog().isPresent() && partition().leader() != node) {
                propose(partition().isr().stream().filter(id -> id != node).toList());
            }
        }

        private void propose(List<Integer> isr) {
            PartitionImage now = partition();
            List<IsrMember> members =
                    isr.stream().map(id -> new IsrMember(id, cluster.epoch(id))).toList();
            Command.IsrChange change =
                    new Command.IsrChange(
                            cluster.id("x").topicId(),
                            0,
                            now.leaderEpoch(),
                            now.partitionEpoch(),
                            members);
            cluster.submit(
                    new Command.AlterIsr(
                            now.leader(), cluster.epoch(now.leader()), List.of(change)));
        }

        private void fenced(int node, boolean fenced) {
            cluster.submit(new Command.SetNodeFenced(node, cluster.epoch(node), fenced));
        }

        /** As a new process: clean, crashed, or on an empty disk. */
        private void restart(int node) {
            if (!cluster.node(node).fenced()) {
                return;
            }
            if (random.nextInt(10) == 0) {
                logs.put(node, new Log());
                logOf(node).disk = new Uuid(random.nextLong(), random.nextLong());
            }
            logOf(node).epoch = -1;
            cluster.register(node, random.nextBoolean(), logOf(node).disk);
        }

        private void drainOrNot(int node) {
            cluster.submit(new Command.DrainNode(node, cluster.epoch(node), random.nextInt(3) > 0));
        }

        /** Damage is found; not where it would be the last replica, which is lost by definition. */
        private void lose(int node) {
            PartitionImage now = partition();
            boolean another =
                    now.isr().stream().anyMatch(id -> id != node)
                            || now.elr().stream().anyMatch(id -> id != node);
            if (another && !cluster.node(node).fenced()) {
                Log log = logOf(node);
                log.records =
                        new ArrayList<>(
                                log.records.subList(0, random.nextInt(log.records.size() + 1)));
                log.epoch = -1;
                cluster.lose(node, "x");
            }
        }

        private void operate() {
            if (leaderLog().isEmpty()) {
                electUnclean();
            } else if (random.nextInt(3) == 0) {
                cluster.elect(Election.PREFERRED, "x");
            } else if (random.nextInt(4) == 0) {
                cluster.reassign("x", Optional.empty());
            } else {
                List<Integer> target = new ArrayList<>();
                IntStream.rangeClosed(1, NODES).forEach(target::add);
                Collections.shuffle(target, random);
                cluster.reassign(
                        "x", Optional.of(List.copyOf(target.subList(0, 1 + random.nextInt(4)))));
            }
        }

        /** The operator gives up what the replica that now leads has not got. */
        private void electUnclean() {
            cluster.elect(Election.UNCLEAN, "x");
            leaderLog()
                    .ifPresent(
                            log ->
                                    acknowledged =
                                            acknowledged.subList(
                                                    0, commonPrefix(log.records, acknowledged)));
        }

        private void setMinIsr() {
            ConfigChange.Operation operation =
                    random.nextBoolean()
                            ? ConfigChange.Operation.SET
                            : ConfigChange.Operation.DELETE;
            List<ConfigChange> change =
                    List.of(
                            new ConfigChange(
                                    "min.insync.replicas",
                                    operation,
                                    "" + (1 + random.nextInt(3))));
            cluster.submit(
                    random.nextBoolean()
                            ? new Command.AlterTopicConfigs("x", change, false)
                            : new Command.AlterNodeConfigs("", change, false));
        }

        private boolean replicates(int node) {
            return partition().replicas().contains(node) && !cluster.node(node).fenced();
        }

        private Optional<Log> leaderLog() {
            return Optional.ofNullable(logs.get(partition().leader()));
        }

        private Log logOf(int node) {
            return Objects.requireNonNull(logs.get(node));
        }

        PartitionImage partition() {
            return cluster.partition("x");
        }

        private static int commonPrefix(List<Integer> a, List<Integer> b) {
            int common = 0;
            while (common < Math.min(a.size(), b.size()) && a.get(common).equals(b.get(common))) {
                common++;
            }
            return common;
        }
    }
}
