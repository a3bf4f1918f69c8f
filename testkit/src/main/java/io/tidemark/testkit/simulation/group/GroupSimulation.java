package io.tidemark.testkit.simulation.group;

import io.tidemark.environment.Entropy;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedNetwork;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One run: three coordinators, and two groups whose members come, go, crash, pause and are cut off
 * while leaders change and the log now and then refuses a change as too large; in some nothing but
 * leaders changes, and members must not notice. Then all faults end, and every group must settle,
 * with each partition owned once. What a seed draws: members and their protocols, topics' sizes,
 * which faults there are.
 */
public final class GroupSimulation {
    private static final int COORDINATORS = 3;
    private static final int ELECTION = 3;
    private static final long SECOND = 1_000_000_000L;
    private static final long FAULTS_NANOS = 20 * SECOND;
    private static final long SETTLE_NANOS = 60 * SECOND;
    private static final long STRIKE_NANOS = SECOND;

    private final SeededEntropy entropy;
    private final Schedule schedule = new Schedule();
    private final GroupTopics topics = new GroupTopics();
    private final GroupChecks checks = new GroupChecks();
    private final GroupQuorum quorum;
    private final SimulatedNetwork network;
    private final List<GroupCoordinatorProcess> coordinators = new ArrayList<>();
    private final List<GroupClient> clients = new ArrayList<>();
    private final boolean[] faults = new boolean[7];

    /** What came of a run. */
    public record Outcome(long steps, long digest, long commits) {}

    public GroupSimulation(long seed) {
        this(seed, GroupMutation.NONE);
    }

    GroupSimulation(long seed, GroupMutation mutation) {
        entropy = new SeededEntropy(seed);
        quorum = new GroupQuorum(schedule, entropy.split(), checks);
        int members = 2 + entropy.nextInt(6);
        network = new SimulatedNetwork(schedule, entropy.split(), COORDINATORS + members);
        for (int i = 0; i < COORDINATORS; i++) {
            GroupCoordinatorProcess coordinator =
                    new GroupCoordinatorProcess(
                            i, schedule, quorum, topics, entropy.split(), mutation);
            coordinators.add(coordinator);
            quorum.add(coordinator);
        }
        var world = new GroupClient.World(schedule, network, coordinators, topics, checks);
        int mix = entropy.nextInt(3); // classic only, KIP-848 only, both
        for (int i = 0; i < members; i++) {
            clients.add(client(COORDINATORS + i, mix, world));
        }
        boolean calm = entropy.nextInt(8) == 0;
        for (int i = 0; i < faults.length; i++) {
            faults[i] = calm ? i == ELECTION : entropy.nextInt(2) == 0;
        }
        if (calm) {
            checks.expectCalm();
        }
    }

    private GroupClient client(int id, int mix, GroupClient.World world) {
        boolean classic = mix == 0 || mix == 2 && entropy.nextInt(2) == 0;
        boolean isStatic = entropy.nextInt(4) == 0;
        String group = entropy.nextInt(3) == 0 ? "small" : "large";
        Entropy own = entropy.split();
        return classic
                ? new ClassicClient(id, group, isStatic, world, own)
                : new ConsumerClient(id, group, isStatic, world, own);
    }

    /** Runs it; fails with what was violated. */
    public Outcome run() {
        topics.create(GroupClient.TOPIC, 1 + entropy.nextInt(12));
        coordinators.forEach(SimulatedProcess::start);
        quorum.watch();
        clients.forEach(SimulatedProcess::start);
        schedule.after(STRIKE_NANOS, this::strike);
        while (schedule.nowNanos() < FAULTS_NANOS && schedule.step(FAULTS_NANOS)) {
            continue;
        }
        heal();
        awaitSettled();
        long before = checks.acknowledged();
        runFor(4 * SECOND);
        if (checks.acknowledged() == before) {
            throw GroupChecks.violated("nobody commits after all faults: %s", tell(clients));
        }
        compareCoordinators();
        return new Outcome(schedule.steps(), schedule.digest(), checks.acknowledged());
    }

    private void runFor(long nanos) {
        long end = schedule.nowNanos() + nanos;
        while (schedule.nowNanos() < end && schedule.step(end)) {
            continue;
        }
    }

    private void strike() {
        if (schedule.nowNanos() >= FAULTS_NANOS - STRIKE_NANOS) {
            return;
        }
        int kind = entropy.nextInt(faults.length);
        if (faults[kind]) {
            switch (kind) {
                case 0 -> crash(any(clients));
                case 1 -> pause(any(clients));
                case 2 -> leave(any(clients));
                case ELECTION -> quorum.elect();
                case 4 -> {
                    if (entropy.nextInt(2) == 0) {
                        crash(any(coordinators));
                    } else {
                        pause(any(coordinators));
                    }
                }
                case 5 -> {
                    if (entropy.nextInt(4) == 0) {
                        grow();
                    } else {
                        cut();
                    }
                }
                case 6 -> {
                    int times = 1 + entropy.nextInt(4);
                    coordinators.forEach(each -> each.refuse(times));
                }
                default -> throw new IllegalStateException("no such fault: " + kind);
            }
        }
        schedule.after(STRIKE_NANOS / 4 + entropy.nextInt((int) STRIKE_NANOS), this::strike);
    }

    private <T> T any(List<T> of) {
        return of.get(entropy.nextInt(of.size()));
    }

    private void crash(SimulatedProcess process) {
        process.crash();
        restartLater(process);
    }

    private void leave(GroupClient client) {
        if (client.running() && !client.paused() && !client.memberId().isEmpty()) {
            if (client instanceof ClassicClient classic) {
                classic.leave();
            } else if (client instanceof ConsumerClient consumer) {
                consumer.leave();
            }
            restartLater(client);
        }
    }

    private void restartLater(SimulatedProcess process) {
        schedule.after(
                100_000_000L + entropy.nextInt(1_900_000_000),
                () -> {
                    if (!process.running()) {
                        process.start();
                    } else {
                        restartLater(process);
                    }
                });
    }

    private void pause(SimulatedProcess process) {
        process.pause();
        schedule.after(entropy.nextInt(2_000_000_000) * 3L, process::resume);
    }

    private void cut() {
        int client = COORDINATORS + entropy.nextInt(clients.size());
        int coordinator = entropy.nextInt(COORDINATORS);
        if (entropy.nextInt(2) == 0) {
            network.cut(client, coordinator);
        } else {
            network.cut(coordinator, client);
        }
        schedule.after(entropy.nextInt(2_000_000_000) * 2L, network::heal);
    }

    private void grow() {
        var deltas = topics.grow(GroupClient.TOPIC, 1 + entropy.nextInt(3));
        coordinators.forEach(each -> each.topicsChanged(deltas));
    }

    private void heal() {
        network.heal();
        coordinators.forEach(each -> each.refuse(0));
        coordinators.forEach(GroupSimulation::revive);
        clients.forEach(GroupSimulation::revive);
    }

    private static void revive(SimulatedProcess process) {
        if (process.paused()) {
            process.resume();
        }
        if (!process.running()) {
            process.start();
        }
    }

    private void awaitSettled() {
        long end = schedule.nowNanos() + SETTLE_NANOS;
        while (schedule.nowNanos() < end) {
            runFor(SECOND / 2);
            clients.forEach(GroupSimulation::revive);
            if (unsettled().isEmpty()) {
                return;
            }
        }
        throw GroupChecks.violated("not settled in time: %s", unsettled());
    }

    /** What is not as it should be, by group. */
    private Map<String, String> unsettled() {
        Map<String, String> wrong = new TreeMap<>();
        int partitions = topics.partitions(GroupClient.TOPIC);
        Map<String, List<GroupClient>> groups =
                clients.stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> each.group, TreeMap::new, Collectors.toList()));
        groups.forEach(
                (group, members) -> {
                    Set<Integer> owned = new HashSet<>();
                    int sum = 0;
                    for (GroupClient member : members) {
                        owned.addAll(member.owned());
                        sum += member.owned().size();
                    }
                    if (sum != owned.size() || owned.size() != partitions) {
                        wrong.put(group, sum + " owned of " + partitions + ": " + tell(members));
                    } else if (members.stream().anyMatch(member -> !member.settled())) {
                        wrong.put(group, "a member waits: " + tell(members));
                    }
                });
        return wrong;
    }

    private static List<String> tell(List<GroupClient> members) {
        return members.stream()
                .map(
                        each ->
                                "%s %s epoch %d owns %s%s"
                                        .formatted(
                                                each,
                                                each.memberId(),
                                                each.epoch(),
                                                each.positions(),
                                                each.settled() ? "" : " and waits"))
                .toList();
    }

    private void compareCoordinators() {
        for (GroupCoordinatorProcess each : coordinators) {
            if (each.stored().stateHash() != checks.stateHash()) {
                throw GroupChecks.violated("%s has other groups than the log", each);
            }
        }
    }
}
