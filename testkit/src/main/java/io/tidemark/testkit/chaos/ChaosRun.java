package io.tidemark.testkit.chaos;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Service;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.testkit.cluster.ClusterNetwork;
import io.tidemark.testkit.cluster.ClusterProcesses;
import io.tidemark.testkit.cluster.LoopbackNetwork;
import io.tidemark.testkit.cluster.NamespaceNetwork;
import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.process.LoopVolume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;

/**
 * One run: a cluster of its own under clients, fault after fault, each healed before the next, and
 * the history judged at the end.
 */
public final class ChaosRun {
    /** In which every replica must be in sync again, and every client have progressed. */
    static final Duration HEAL_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration WRITTEN_TIMEOUT = Duration.ofSeconds(30);
    private static final Size SIZE = new Size(3, 3, 2);
    private static final long VOLUME_BYTES = 4L << 30;
    private static final long POLL_MS = 10;

    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final Random random;
    private final Map<FaultKind, String> leftOut = new EnumMap<>(FaultKind.class);
    private final Map<FaultKind, Integer> faults = new EnumMap<>(FaultKind.class);
    private final Map<String, Integer> hits = new TreeMap<>();
    private final Map<FaultKind, List<Long>> pausesMs = new EnumMap<>(FaultKind.class);
    private final List<String> violations = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private long slowestHealMs;
    private long failedWhileRolling;

    /**
     * @param progress told each fault and what came of it, a line each
     */
    public ChaosRun(ChaosPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        this.random = new Random(plan.seed());
    }

    /**
     * @param command that repeats the run, for the report
     */
    public ChaosReport run(String command) throws InterruptedException {
        List<FaultKind> kinds = possible();
        try (NodeDisks disks = new NodeDisks();
                ClusterProcesses cluster = cluster(kinds, disks)) {
            cluster.startAll();
            createTopic(cluster);
            try (Workload workload = new Workload(cluster, plan.recordsPerSecond())) {
                return run(cluster, disks, workload, kinds, command);
            }
        }
    }

    private List<FaultKind> possible() {
        Set<FaultKind> kinds = EnumSet.copyOf(plan.kinds());
        leaveOut(kinds, NamespaceNetwork.whyUnavailable(), FaultKind::needsCuts);
        leaveOut(kinds, LoopVolume.whyUnavailable(plan.folder()), FaultKind::needsVolumes);
        leaveOut(kinds, NodeDisks.whyNoTracer(), FaultKind::needsTracer);
        if (kinds.isEmpty()) {
            throw new IllegalStateException("this machine can do none of it: " + leftOut);
        }
        return List.copyOf(kinds);
    }

    private void leaveOut(
            Set<FaultKind> kinds, Optional<String> reason, Predicate<FaultKind> needs) {
        reason.ifPresent(
                why ->
                        kinds.removeIf(
                                kind -> {
                                    if (needs.test(kind)) {
                                        leftOut.put(kind, why);
                                    }
                                    return needs.test(kind);
                                }));
    }

    private ClusterProcesses cluster(List<FaultKind> kinds, NodeDisks disks) {
        ClusterNetwork network =
                kinds.stream().anyMatch(FaultKind::needsCuts)
                        ? NamespaceNetwork.create()
                        : new LoopbackNetwork();
        Path folder = plan.folder().resolve("cluster");
        ClusterProcesses cluster =
                ClusterProcesses.make(
                        new ClusterProcesses.Plan(
                                plan.distribution(),
                                folder,
                                plan.folder().resolve("logs"),
                                SIZE,
                                network,
                                Map.of(
                                        "tidemark.stream.heartbeat",
                                        "1s",
                                        "tidemark.gateway.request-timeout",
                                        "30s")));
        if (kinds.stream().anyMatch(FaultKind::needsVolumes)) {
            disks.mount(cluster.all(Service.NODE), plan.folder(), VOLUME_BYTES);
        }
        return cluster;
    }

    private static void createTopic(ClusterProcesses cluster) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                                    Workload.TOPIC,
                                                    Workload.PARTITIONS,
                                                    (short) SIZE.nodes())
                                            .configs(
                                                    Map.of(
                                                            "min.insync.replicas",
                                                            "2",
                                                            "segment.bytes",
                                                            "16777216"))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        cluster.awaitFullIsr(HEAL_TIMEOUT);
    }

    private ChaosReport run(
            ClusterProcesses cluster,
            NodeDisks disks,
            Workload workload,
            List<FaultKind> kinds,
            String command)
            throws InterruptedException {
        FaultDraw draw = new FaultDraw(cluster, disks, random, plan.longestFault(), Workload.TOPIC);
        try {
            workload.clocks().begin();
            cluster.await("every partition is written", HEAL_TIMEOUT, workload::allWritten);
            while (!done(kinds)) {
                Fault fault = draw.draw(next(kinds));
                try {
                    suffer(fault, cluster, workload);
                } catch (AssertionError | IllegalStateException broken) {
                    broken(fault.kind().word() + " of " + fault.what() + ": " + broken);
                    break;
                }
            }
        } catch (AssertionError broken) {
            broken(broken.toString());
        }
        boolean complete = finish(workload);
        workload.brokenClient().ifPresent(violations::add);
        if (failedWhileRolling > 0) {
            violations.add(
                    failedWhileRolling
                            + " calls failed during planned restarts: "
                            + workload.failures());
        }
        return report(workload, complete, command);
    }

    private void broken(String violation) {
        violations.add(violation);
        progress.accept("BROKEN: " + violation);
    }

    /** Returns whether everything could be read once more: else nothing can be told of losses. */
    private boolean finish(Workload workload) throws InterruptedException {
        try {
            workload.finish();
            return true;
        } catch (AssertionError | KafkaException unreadable) {
            broken("not everything could be read at the end: " + unreadable);
            return false;
        }
    }

    private boolean done(List<FaultKind> kinds) {
        return System.nanoTime() - beganNanos > plan.length().toNanos() && missing(kinds).isEmpty();
    }

    /** Kinds of those groups of which there were too few so far. */
    private List<FaultKind> missing(List<FaultKind> kinds) {
        return kinds.stream()
                .filter(
                        kind ->
                                hits.getOrDefault(kind.group(), 0)
                                        < plan.atLeast().getOrDefault(kind.group(), 0))
                .toList();
    }

    private FaultKind next(List<FaultKind> kinds) {
        List<FaultKind> missing = missing(kinds);
        boolean late = System.nanoTime() - beganNanos > plan.length().toNanos();
        List<FaultKind> from = late && !missing.isEmpty() ? missing : kinds;
        return from.get(random.nextInt(from.size()));
    }

    private void suffer(Fault fault, ClusterProcesses cluster, Workload workload)
            throws InterruptedException {
        List<Partition> led = led(cluster, fault.nodes());
        long failedBefore = workload.failureCount();
        workload.clocks().begin();
        fault.inject().run();
        TimeUnit.NANOSECONDS.sleep(fault.hold().toNanos());
        if (fault.untilWritten()) {
            awaitWritten(cluster, workload);
        }
        long healingNanos = System.nanoTime();
        fault.heal().run();
        cluster.awaitFullIsr(HEAL_TIMEOUT);
        long healMs = (System.nanoTime() - healingNanos) / 1_000_000;
        List<Long> pauses = led.stream().map(workload.clocks()::longestMs).toList();
        awaitProgress(cluster, workload);
        note(fault, pauses, healMs, workload.failureCount() - failedBefore);
    }

    private static List<Partition> led(ClusterProcesses cluster, Set<Integer> nodes) {
        List<Partition> led = new ArrayList<>();
        cluster.image()
                .flatMap(image -> image.topic(Workload.TOPIC))
                .ifPresent(
                        topic -> {
                            for (PartitionImage partition : topic.partitions()) {
                                if (nodes.contains(partition.leader())) {
                                    led.add(new Partition(Workload.TOPIC, partition.index()));
                                }
                            }
                        });
        return led;
    }

    /** With a replica down the others take over: writes come back before the fault is healed. */
    private static void awaitWritten(ClusterProcesses cluster, Workload workload)
            throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(100); // answers that were on their way
        List<Long> before = workload.acknowledgedOffsets();
        cluster.await(
                "every partition is written although something is down",
                WRITTEN_TIMEOUT,
                () -> {
                    List<Long> now = workload.acknowledgedOffsets();
                    for (int i = 0; i < now.size(); i++) {
                        if (now.get(i) <= before.get(i)) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void awaitProgress(ClusterProcesses cluster, Workload workload)
            throws InterruptedException {
        workload.clocks().begin();
        long deadline = System.nanoTime() + HEAL_TIMEOUT.toNanos();
        cluster.await(
                "every partition is written after healing", HEAL_TIMEOUT, workload::allWritten);
        List<Long> acknowledged = workload.acknowledgedOffsets();
        while (!workload.readersReach(acknowledged)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "unseen after healing: " + workload.readersBehind(acknowledged));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        workload.brokenClient()
                .ifPresent(
                        broken -> {
                            throw new AssertionError(broken);
                        });
    }

    private void note(Fault fault, List<Long> pauses, long healMs, long failed) {
        faults.merge(fault.kind(), 1, Integer::sum);
        hits.merge(fault.kind().group(), fault.hits(), Integer::sum);
        pausesMs.computeIfAbsent(fault.kind(), kind -> new ArrayList<>()).addAll(pauses);
        slowestHealMs = Math.max(slowestHealMs, healMs);
        if (fault.kind() == FaultKind.ROLLING_RESTART) {
            failedWhileRolling += failed;
        }
        progress.accept(
                "%5d s  %-18s %-44s pause %5d ms, healed in %5d ms"
                        .formatted(
                                (System.nanoTime() - beganNanos) / 1_000_000_000,
                                fault.kind().word(),
                                fault.what(),
                                pauses.stream().mapToLong(Long::longValue).max().orElse(0),
                                healMs));
    }

    private ChaosReport report(Workload workload, boolean complete, String command) {
        Map<String, Integer> byKind = new TreeMap<>();
        Map<String, Pauses> pauses = new TreeMap<>();
        Map<String, String> omitted = new TreeMap<>();
        faults.forEach((kind, count) -> byKind.put(kind.word(), count));
        pausesMs.forEach(
                (kind, measured) -> {
                    if (!measured.isEmpty()) {
                        pauses.put(kind.word(), Pauses.of(measured));
                    }
                });
        leftOut.forEach((kind, reason) -> omitted.put(kind.word(), reason));
        return new ChaosReport(
                plan.seed(),
                (System.nanoTime() - beganNanos) / 60e9,
                byKind,
                Map.copyOf(hits),
                pauses,
                omitted,
                workload.history().verdict(complete),
                slowestHealMs,
                List.copyOf(violations),
                workload.failureCount() - failedWhileRolling,
                failedWhileRolling,
                command);
    }
}
