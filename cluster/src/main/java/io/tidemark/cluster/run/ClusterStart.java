package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import io.tidemark.cluster.status.Probe;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Starts what does not run yet: coordinators first, and once one leads, nodes and gateways. Where a
 * process ends instead of becoming ready, those started before it are stopped again.
 */
public final class ClusterStart {
    private static final long POLL_MS = 100;

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final MemberStart starter;
    private final Probe probe;
    private final Consumer<String> progress;
    private final Map<Member, Process> started = new LinkedHashMap<>();
    private final Patience patience;
    private List<Member> left = List.of();

    /**
     * @param progress told, now and then, how far it is
     * @param limit how long it may take at most
     */
    public ClusterStart(
            ClusterFolder folder,
            ClusterLayout layout,
            MemberStart starter,
            Probe probe,
            Consumer<String> progress,
            Duration limit) {
        this.folder = folder;
        this.layout = layout;
        this.starter = starter;
        this.probe = probe;
        this.progress = progress;
        this.patience = new Patience(limit, System.nanoTime());
    }

    /**
     * To be called before anything is kept of a new cluster: it may yet take other ports.
     *
     * @throws StartFailure where somebody else has ports of members that are down
     */
    public void requirePorts() throws StartFailure, IOException {
        List<String> taken = PortsInUse.of(missing());
        if (!taken.isEmpty()) {
            throw new StartFailure(
                    "these ports are in use:\n  "
                            + String.join("\n  ", taken)
                            + "\nStop what holds them"
                            + (folder.layout().isPresent()
                                    ? "."
                                    : ", or move all ports of this cluster with --port-offset."));
        }
    }

    private List<Member> missing() {
        return layout.members().stream().filter(member -> !isRunning(member)).toList();
    }

    /**
     * Starts all members that are down, but for those that have left, and waits until everything
     * serves.
     *
     * @throws StartFailure where that fails; what was started here has been stopped
     */
    public void run() throws StartFailure, IOException, InterruptedException {
        List<Member> missing = missing();
        Runtime.getRuntime().addShutdownHook(abort);
        try {
            start(missing, Service.COORDINATOR);
            await(this::isLed);
            await(this::knowsWhoLeft);
            start(missing, Service.NODE);
            start(missing, Service.GATEWAY);
            await(this::isReady);
            forgetAbort();
        } catch (StartFailure | IOException | InterruptedException e) {
            if (!aborting) {
                stopStarted();
                forgetAbort();
            }
            throw e;
        }
    }

    /** Ctrl-C while starting leaves nothing behind. */
    private final Thread abort =
            new Thread(
                    () -> {
                        aborting = true;
                        stopStarted();
                    },
                    "abort-start");

    private volatile boolean aborting;

    private void forgetAbort() {
        try {
            Runtime.getRuntime().removeShutdownHook(abort);
        } catch (IllegalStateException e) {
            aborting = true; // it is about to run, or runs
        }
    }

    /** Processes that this start has begun. */
    public Map<Member, Process> started() {
        return Map.copyOf(started);
    }

    private boolean isRunning(Member member) {
        return new MemberProcess(folder, member).state() != ProcessState.DOWN;
    }

    private void start(List<Member> missing, Service service) throws IOException {
        for (Member member : missing) {
            if (member.service() == service && !left.contains(member)) {
                started.put(member, starter.start(member));
            }
        }
    }

    /** A step that reports what is still missing; nothing when it is done. */
    private interface Step {
        Optional<String> missing();
    }

    private void await(Step step) throws StartFailure, InterruptedException {
        for (; ; ) {
            checkAlive();
            Optional<String> missing = step.missing();
            if (missing.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            long seconds = patience.elapsed(now).toSeconds();
            progress.accept("starting, %d s; %s".formatted(seconds, missing.get()));
            Optional<String> tooLong = patience.exhausted(List.of(missing.get(), pulses()), now);
            if (tooLong.isPresent()) {
                throw new StartFailure(
                        "the cluster is not ready after %d s, and %s. Missing: %s.\nIts logs are %s/*.log. What was started is stopped again; the same command goes on where this one ends"
                                .formatted(seconds, tooLong.get(), missing.get(), folder.path()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private List<MemberProcess.Pulse> pulses() {
        return started.keySet().stream()
                .map(member -> new MemberProcess(folder, member).pulse())
                .toList();
    }

    private void checkAlive() throws StartFailure {
        if (aborting) {
            throw new StartFailure(
                    "interrupted; what was started is stopped again, and the same command goes on where this one ends");
        }
        for (Map.Entry<Member, Process> each : started.entrySet()) {
            if (!each.getValue().isAlive()) {
                Member member = each.getKey();
                String why =
                        switch (LastWords.in(folder.logOf(member))) {
                            case LastWords.Failed(String reason) -> reason;
                            case LastWords.Stopped stopped -> "it was stopped";
                            case LastWords.None nothing ->
                                    "it ended with exit code " + each.getValue().exitValue();
                        };
                throw new StartFailure(
                        "%s: %s\nIts log is %s"
                                .formatted(member.name(), why, folder.logOf(member)));
            }
        }
    }

    private Optional<String> isLed() {
        List<Member> silent = new ArrayList<>();
        boolean led = false;
        for (Member coordinator : layout.members(Service.COORDINATOR)) {
            Optional<CoordinatorStatus> says = probe.coordinatorStatus(coordinator);
            led |= says.filter(CoordinatorStatus::leading).isPresent();
            if (says.isEmpty()) {
                silent.add(coordinator);
            }
        }
        if (silent.isEmpty()) {
            return led ? Optional.empty() : Optional.of("coordinators answer, none leads yet");
        }
        return Optional.of(missing(Service.COORDINATOR, silent));
    }

    /** Only those who lead can tell which nodes are members no more. */
    private Optional<String> knowsWhoLeft() {
        Optional<ClusterImage> image = probe.image();
        left = probe.left(image);
        return image.isPresent() ? Optional.empty() : Optional.of("the coordinators' metadata");
    }

    /** Nodes that have left the cluster, and were not started. */
    public List<Member> left() {
        return left;
    }

    private Optional<String> isReady() {
        Optional<ClusterImage> image = probe.image();
        List<Member> nodes =
                layout.members(Service.NODE).stream()
                        .filter(node -> !left.contains(node))
                        .filter(node -> !isActive(node, image) || !isServing(node))
                        .toList();
        List<Member> gateways =
                layout.members(Service.GATEWAY).stream()
                        .filter(gateway -> !probe.isReady(gateway))
                        .toList();
        return nodes.isEmpty() && gateways.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        missing(Service.NODE, nodes) + ", " + missing(Service.GATEWAY, gateways));
    }

    /** {@code nodes 2/3 (node-3)}: how many are ready, and which are not. */
    private String missing(Service service, List<Member> missing) {
        int all = layout.members(service).size();
        String names = missing.stream().map(Member::name).collect(Collectors.joining(", "));
        return "%ss %d/%d%s"
                .formatted(
                        service.word(),
                        all - missing.size(),
                        all,
                        names.isEmpty() ? "" : " (waiting for " + names + ")");
    }

    private boolean isServing(Member node) {
        return new MemberProcess(folder, node).state() == ProcessState.UP;
    }

    private static boolean isActive(Member node, Optional<ClusterImage> image) {
        return image.flatMap(known -> known.node(node.id())).map(NodeImage::live).orElse(false);
    }

    private void stopStarted() {
        for (Process process : started.values()) {
            if (process.isAlive()) {
                Signals.send(Signals.Kind.TERM, process.pid());
            }
        }
        for (Process process : started.values()) {
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
