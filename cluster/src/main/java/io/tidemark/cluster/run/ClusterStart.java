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
import java.util.EnumMap;
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
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long POLL_MS = 100;

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final MemberStart starter;
    private final Probe probe;
    private final Consumer<String> progress;
    private final Map<Member, Process> started = new LinkedHashMap<>();
    private final long beganNanos = System.nanoTime();

    /**
     * @param progress told, now and then, how far it is
     */
    public ClusterStart(
            ClusterFolder folder,
            ClusterLayout layout,
            MemberStart starter,
            Probe probe,
            Consumer<String> progress) {
        this.folder = folder;
        this.layout = layout;
        this.starter = starter;
        this.probe = probe;
        this.progress = progress;
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
     * Starts all members that are down and waits until everything serves.
     *
     * @throws StartFailure where that fails; what was started here has been stopped
     */
    public void run() throws StartFailure, IOException, InterruptedException {
        List<Member> missing = missing();
        Runtime.getRuntime().addShutdownHook(abort);
        try {
            start(missing, Service.COORDINATOR);
            await(this::isLed);
            start(missing, Service.NODE);
            start(missing, Service.GATEWAY);
            await(this::isReady);
            Runtime.getRuntime().removeShutdownHook(abort);
        } catch (StartFailure | IOException | InterruptedException e) {
            stopStarted();
            throw e;
        }
    }

    /** Ctrl-C while starting leaves nothing behind. */
    private final Thread abort = new Thread(this::stopStarted, "abort-start");

    /** Processes that this start has begun. */
    public Map<Member, Process> started() {
        return Map.copyOf(started);
    }

    private boolean isRunning(Member member) {
        return new MemberProcess(folder, member).state() != ProcessState.DOWN;
    }

    private void start(List<Member> missing, Service service) throws IOException {
        for (Member member : missing) {
            if (member.service() == service) {
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
            Duration elapsed = Duration.ofNanos(System.nanoTime() - beganNanos);
            progress.accept("starting, %d s; %s".formatted(elapsed.toSeconds(), missing.get()));
            if (elapsed.compareTo(PATIENCE) > 0) {
                throw new StartFailure(
                        "the cluster is not ready after %d s: %s.\nIts logs are %s/*.log"
                                .formatted(elapsed.toSeconds(), missing.get(), folder.path()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private void checkAlive() throws StartFailure {
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
        List<Member> coordinators = layout.members(Service.COORDINATOR);
        List<CoordinatorStatus> answers = new ArrayList<>();
        for (Member coordinator : coordinators) {
            probe.coordinatorStatus(coordinator).ifPresent(answers::add);
        }
        return answers.size() == coordinators.size()
                        && answers.stream().anyMatch(CoordinatorStatus::leading)
                ? Optional.empty()
                : Optional.of("coordinators %d/%d".formatted(answers.size(), coordinators.size()));
    }

    private Optional<String> isReady() {
        Optional<ClusterImage> image = probe.image();
        Map<Service, Long> ready = new EnumMap<>(Service.class);
        ready.put(
                Service.NODE,
                layout.members(Service.NODE).stream()
                        .filter(node -> isActive(node, image) && isServing(node))
                        .count());
        ready.put(
                Service.GATEWAY,
                layout.members(Service.GATEWAY).stream().filter(probe::isReady).count());
        boolean all =
                ready.entrySet().stream()
                        .allMatch(e -> e.getValue() == layout.members(e.getKey()).size());
        return all
                ? Optional.empty()
                : Optional.of(
                        ready.entrySet().stream()
                                .map(
                                        e ->
                                                "%ss %d/%d"
                                                        .formatted(
                                                                e.getKey().word(),
                                                                e.getValue(),
                                                                layout.members(e.getKey()).size()))
                                .collect(Collectors.joining(", ")));
    }

    private boolean isServing(Member node) {
        return new MemberProcess(folder, node).state() == ProcessState.UP;
    }

    private static boolean isActive(Member node, Optional<ClusterImage> image) {
        return image.flatMap(known -> known.node(node.id())).map(NodeImage::live).orElse(false);
    }

    private void stopStarted() {
        for (Process process : started.values()) {
            Signals.send(Signals.Kind.TERM, process.pid());
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
