package io.tidemark.testkit.chaos;

import io.tidemark.cluster.layout.Service;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterNetwork.Cut;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.process.BrokerLaunch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Draws faults against a cluster that is well. Used by one thread. */
final class FaultDraw {
    private static final int FLAPS = 4;

    private final ClusterProcesses cluster;
    private final NodeDisks disks;
    private final Random random;
    private final Duration longest;
    private final String topic;

    /**
     * @param longest most that a pause or a cut lasts
     */
    FaultDraw(
            ClusterProcesses cluster,
            NodeDisks disks,
            Random random,
            Duration longest,
            String topic) {
        this.cluster = cluster;
        this.disks = disks;
        this.random = random;
        this.longest = longest;
        this.topic = topic;
    }

    /** A fault of that kind. */
    Fault draw(FaultKind kind) {
        ClusterMember leader = busiest();
        return switch (kind) {
            case KILL_LEADER -> kill(kind, List.of(leader));
            case KILL_FOLLOWER -> kill(kind, List.of(laziest()));
            case KILL_COORDINATOR -> kill(kind, List.of(coordinator()));
            case KILL_GATEWAY -> kill(kind, List.of(anyOf(Service.GATEWAY)));
            case KILL_SEVERAL -> kill(kind, List.of(leader, coordinator(), anyOf(Service.GATEWAY)));
            case KILL_ALL -> killAll(kind);
            case PAUSE_LEADER -> pause(kind, leader);
            case PAUSE_COORDINATOR -> pause(kind, coordinator());
            case CUT_OFF -> isolate(kind, anyOf(Service.NODE));
            case CUT_PEERS -> cut(kind, leader, true, true, others(leader));
            case CUT_ONE_WAY -> cut(kind, leader, true, false, cluster.all(Service.COORDINATOR));
            case CUT_FOLLOWERS -> cut(kind, leader, true, true, otherNodes(leader));
            case CUT_COORDINATOR -> isolate(kind, coordinator());
            case CUT_FLAPPING -> flap(kind, leader);
            case DISK_FULL -> disks.full(anyOf(Service.NODE), hold(2, 6));
            case SLOW_SYNC -> disks.slowSync(anyOf(Service.NODE), hold(3, 8));
            case FAILED_SYNC -> disks.failedSync(leader, hold(2, 4));
            case WIPED_DISK -> disks.wiped(anyOf(Service.NODE));
            case CORRUPTION -> disks.corrupted(anyOf(Service.NODE), random);
            case POWER_LOSS -> disks.powerLoss(List.of(leader));
            case POWER_LOSS_OF_ALL -> disks.powerLoss(cluster.all(Service.NODE));
            case CLOCK ->
                    clock(
                            kind,
                            random.nextBoolean() ? anyOf(Service.NODE) : anyOf(Service.COORDINATOR),
                            random.nextBoolean() ? "1h" : "-1h");
            case ROLLING_RESTART -> roll(kind);
        };
    }

    private Duration hold(int minSeconds, int maxSeconds) {
        long most = Math.min(longest.toMillis(), maxSeconds * 1_000L);
        long least = Math.min(most, minSeconds * 1_000L);
        return Duration.ofMillis(least + random.nextLong(most - least + 1));
    }

    private ClusterMember anyOf(Service service) {
        List<ClusterMember> all = cluster.all(service);
        return all.get(random.nextInt(all.size()));
    }

    private ClusterMember coordinator() {
        return cluster.leadingCoordinator().orElseGet(() -> anyOf(Service.COORDINATOR));
    }

    /** The node that leads most of the topic; one of them. */
    private ClusterMember busiest() {
        return byLeadership().getLast();
    }

    private ClusterMember laziest() {
        return byLeadership().getFirst();
    }

    private List<ClusterMember> byLeadership() {
        List<ClusterMember> nodes = new ArrayList<>(cluster.all(Service.NODE));
        Collections.shuffle(nodes, random);
        nodes.sort(Comparator.comparingLong(node -> leads(node)));
        return nodes;
    }

    private long leads(ClusterMember node) {
        return cluster.image()
                .flatMap(image -> image.topic(topic))
                .map(
                        found ->
                                found.partitions().stream()
                                        .mapToInt(PartitionImage::leader)
                                        .filter(leader -> leader == node.id())
                                        .count())
                .orElse(0L);
    }

    private List<ClusterMember> others(ClusterMember member) {
        return cluster.all().stream()
                .filter(other -> other != member && other.member().service() != Service.GATEWAY)
                .toList();
    }

    private List<ClusterMember> otherNodes(ClusterMember member) {
        return cluster.all(Service.NODE).stream().filter(other -> other != member).toList();
    }

    private static Set<Integer> nodesAmong(List<ClusterMember> members) {
        return members.stream()
                .filter(member -> member.member().service() == Service.NODE)
                .map(ClusterMember::id)
                .collect(Collectors.toSet());
    }

    private static String names(List<ClusterMember> members) {
        return String.join(", ", members.stream().map(ClusterMember::toString).toList());
    }

    private Fault kill(FaultKind kind, List<ClusterMember> members) {
        return new Fault(
                kind,
                names(members),
                nodesAmong(members),
                members.size(),
                () -> members.forEach(ClusterMember::kill9),
                Duration.ofMillis(random.nextInt(500)),
                true,
                () -> restart(members));
    }

    private Fault killAll(FaultKind kind) {
        List<ClusterMember> all = cluster.all();
        return new Fault(
                kind,
                "all " + all.size() + " processes",
                nodesAmong(all),
                all.size(),
                () -> all.parallelStream().forEach(ClusterMember::kill9),
                Duration.ZERO,
                false,
                cluster::startAll);
    }

    static void restart(List<ClusterMember> members) {
        members.forEach(ClusterMember::start);
        members.forEach(ClusterMember::awaitReady);
    }

    private Fault pause(FaultKind kind, ClusterMember member) {
        return new Fault(
                kind,
                member.toString(),
                nodesAmong(List.of(member)),
                1,
                member::pause,
                hold(1, 10),
                false,
                member::resume);
    }

    private Fault isolate(FaultKind kind, ClusterMember member) {
        return new Fault(
                kind,
                member.toString(),
                nodesAmong(List.of(member)),
                1,
                () -> cluster.network().isolate(member.member()),
                hold(2, 10),
                false,
                cluster.network()::heal);
    }

    private Fault cut(
            FaultKind kind,
            ClusterMember member,
            boolean outwards,
            boolean inwards,
            List<ClusterMember> from) {
        Cut how = random.nextInt(4) == 0 ? Cut.REJECT : Cut.DROP;
        return new Fault(
                kind,
                "%s from %s (%s)".formatted(member, names(from), how),
                nodesAmong(List.of(member)),
                1,
                () -> {
                    for (ClusterMember other : from) {
                        if (outwards) {
                            cluster.network().cut(member.member(), other.member(), how);
                        }
                        if (inwards) {
                            cluster.network().cut(other.member(), member.member(), how);
                        }
                    }
                },
                hold(2, 10),
                false,
                cluster.network()::heal);
    }

    private Fault flap(FaultKind kind, ClusterMember member) {
        return new Fault(
                kind,
                member + ", " + FLAPS + " times",
                nodesAmong(List.of(member)),
                FLAPS,
                () -> {
                    for (int flap = 0; flap < FLAPS; flap++) {
                        cluster.network().isolate(member.member());
                        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(800));
                        cluster.network().heal();
                        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(800));
                    }
                },
                Duration.ZERO,
                false,
                cluster.network()::heal);
    }

    private Fault clock(FaultKind kind, ClusterMember member, String offset) {
        BrokerLaunch rightClock = member.launch();
        BrokerLaunch wrongClock = rightClock.with("tidemark.testing.clock-offset", offset);
        return new Fault(
                kind,
                member + " by " + offset,
                nodesAmong(List.of(member)),
                2,
                () -> relaunch(member, wrongClock),
                hold(3, 8),
                true,
                () -> relaunch(member, rightClock));
    }

    private static void relaunch(ClusterMember member, BrokerLaunch launch) {
        member.kill9();
        member.relaunchAs(launch);
        restart(List.of(member));
    }

    private Fault roll(FaultKind kind) {
        List<ClusterMember> nodes = cluster.all(Service.NODE);
        return new Fault(
                kind,
                names(nodes),
                nodesAmong(nodes),
                nodes.size(),
                () -> {
                    for (ClusterMember node : nodes) {
                        node.stop();
                        restart(List.of(node));
                        cluster.awaitFullIsr(ChaosRun.HEAL_TIMEOUT);
                    }
                },
                Duration.ZERO,
                false,
                () -> {});
    }
}
