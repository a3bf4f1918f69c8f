package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.run.ClusterStart;
import io.tidemark.cluster.run.ClusterStop;
import io.tidemark.cluster.run.Patience;
import io.tidemark.cluster.run.StartFailure;
import io.tidemark.cluster.status.Probe;
import io.tidemark.cluster.status.TopicDefaults;
import io.tidemark.metadata.image.ClusterImage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Starts a cluster of processes on this machine. */
@Command(
        name = "up",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Starts a cluster of separate processes on this machine, each with a data folder and a"
                    + " log of its own below ./data/cluster. Ctrl-C stops it, node by node handing"
                    + " over what it leads.",
            "The same again starts what is down; more nodes join a cluster that is there.",
            "Any setting of docs/CONFIGURATION.md can be given as --name=value; the cluster keeps it for"
                    + " every later start, until it is given again, or without a value: --name=. So with"
                    + " the options of the JVM in TIDEMARK_JAVA_OPTS.",
            "To give a cluster that runs new ones: ./tidemark restart.",
            ""
        })
final class UpCommand implements Callable<Integer> {
    private static final long WATCH_MS = 500;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-n", "--nodes"},
            paramLabel = "N",
            required = true,
            description =
                    "Partition services, 1 to 9. From 3 on there are three coordinators,"
                            + " and topics have three replicas of which two must be in sync.")
    private int nodes;

    @Option(
            names = "--gateways",
            paramLabel = "N",
            description = "Gateways, 1 to 9 (1, or as many as the cluster has).")
    private Optional<Integer> gateways = Optional.empty();

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            description =
                    "Added to all ports of a new cluster, which keeps them: Kafka 9092…,"
                            + " HTTP 8080…, coordinators 8090… and 8190… and 9192…, health 9404…")
    private Optional<Integer> portOffset = Optional.empty();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "Return once everything is ready.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long the start may take (${DEFAULT-VALUE}). It ends earlier where nothing moves:"
                            + " no line in a log, no work on a CPU, for three minutes.")
    private long timeoutSeconds = Patience.LIMIT.toSeconds();

    @Unmatched private List<String> rest = new ArrayList<>();

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1
                || nodes > ClusterLayout.MAX_NODES
                || gateways.filter(n -> n < 1 || n > ClusterLayout.MAX_NODES).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--nodes and --gateways take 1 to " + ClusterLayout.MAX_NODES);
        }
        if (timeoutSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout takes 1 or more");
        }
        Map<String, String> settings = Settings.of(rest, spec);
        try {
            return up(settings);
        } catch (StartFailure e) {
            terminal.say(terminal.paint().red("Tidemark cannot start: ") + e.getMessage());
            return 1;
        }
    }

    private int up(Map<String, String> settings)
            throws StartFailure, IOException, InterruptedException {
        ClusterFolder folder = cluster.folder();
        refuseForeign(folder);
        Optional<ClusterLayout> present = folder.layout();
        List<Member> left = present.map(known -> left(folder, known)).orElse(List.of());
        WantedCluster wanted = new WantedCluster(nodes, gateways, portOffset);
        ClusterLayout made =
                wanted.layout(present, left.size(), folder.path(), cluster.dataOption());
        ClusterLayout layout = cluster.withJavaOptions(made).with(settings);
        if (present.isPresent() && allRunning(folder, layout, left)) {
            left.forEach(this::sayLeft);
            throw new StartFailure(
                    present.get().equals(layout)
                            ? "this cluster is up already; ./tidemark status tells more, ./tidemark down stops it"
                            : "this cluster is up already, with other settings; processes take new ones when they are started: ./tidemark restart -- --name=value restarts one after the other");
        }
        long began = System.nanoTime();
        MemberStart starter = new MemberStart(cluster.distribution(layout), folder, layout);
        Optional<ClusterImage> image;
        try (Probe probe = new Probe(folder, layout)) {
            ClusterStart start =
                    new ClusterStart(
                            folder,
                            layout,
                            starter,
                            probe,
                            terminal::progress,
                            Duration.ofSeconds(timeoutSeconds));
            start.requirePorts();
            keep(folder, present, layout);
            start.run();
            start.left().forEach(this::sayLeft);
            image = probe.image();
        }
        terminal.say(
                new ReadyNotice(
                                layout,
                                folder,
                                cluster.dataOption(),
                                TopicDefaults.in(image),
                                Duration.ofNanos(System.nanoTime() - began),
                                detach)
                        .toString());
        if (!detach) {
            stayUntilStopped(folder, layout);
        }
        return 0;
    }

    /** Where other commands have changed it since it was read, what was checked may not hold. */
    private static void keep(
            ClusterFolder folder, Optional<ClusterLayout> present, ClusterLayout layout)
            throws StartFailure, IOException {
        ClusterLayout kept =
                present.isEmpty()
                        ? folder.make(layout)
                        : folder.change(now -> now.equals(present.get()) ? layout : now);
        if (!kept.equals(layout)) {
            throw new StartFailure(
                    "another command has just changed the cluster in %s; try again"
                            .formatted(folder.path()));
        }
    }

    private static List<Member> left(ClusterFolder folder, ClusterLayout layout) {
        try (Probe probe = new Probe(folder, layout)) {
            return probe.left(probe.image());
        }
    }

    private void sayLeft(Member node) {
        terminal.say(
                "%1$s has left the cluster and is not started: ./tidemark node %2$d start brings it back, ./tidemark node %2$d remove forgets it"
                        .formatted(node.name(), node.id()));
    }

    private static void refuseForeign(ClusterFolder folder) throws StartFailure, IOException {
        if (!Files.isDirectory(folder.path()) || folder.layout().isPresent()) {
            return;
        }
        try (var files = Files.list(folder.path())) {
            List<String> names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.startsWith(ClusterFolder.LAYOUT))
                            .sorted()
                            .limit(3)
                            .toList();
            if (!names.isEmpty()) {
                throw new StartFailure(
                        "%s holds files that are no cluster's (%s): choose another folder with --data"
                                .formatted(folder.path(), String.join(", ", names)));
            }
        }
    }

    private static boolean allRunning(
            ClusterFolder folder, ClusterLayout layout, List<Member> left) {
        return layout.members().stream()
                .allMatch(member -> left.contains(member) || Watch.isRunning(folder, member));
    }

    /** Tells what comes and goes, until nothing runs any more; Ctrl-C stops all. */
    private void stayUntilStopped(ClusterFolder folder, ClusterLayout layout)
            throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Watch watch = new Watch(folder, layout, terminal::say);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    stopped.countDown();
                                    stop(folder, layout);
                                },
                                "stop-cluster"));
        while (!stopped.await(WATCH_MS, TimeUnit.MILLISECONDS) && watch.look()) {
            // what has changed was said
        }
    }

    private void stop(ClusterFolder folder, ClusterLayout layout) {
        ClusterStop stop = new ClusterStop(folder, layout, terminal::progress);
        if (!stop.anyRunning()) {
            return;
        }
        List<Member> hanging = stop.run();
        terminal.say(
                hanging.isEmpty()
                        ? "Stopped."
                        : "Still running after a minute: "
                                + String.join(", ", hanging.stream().map(Member::name).toList()));
    }
}
