package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.status.Probe;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.HttpControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has others take over what a node leads, when it is its turn. */
@picocli.CommandLine.Command(
        name = "drain",
        usageHelpAutoWidth = true,
        description = {
            "Has others take over what a node leads; it keeps running, and is given nothing new until it is",
            "restarted or --undo. One node of the cluster drains at a time; waits for its turn.",
            "Exit code 0 once it leads nothing that others could lead, 1 where that did not happen."
        })
final class DrainCommand implements Callable<Integer> {
    private static final long PAUSE_MS = 250;

    @Parameters(index = "0", paramLabel = "N", description = "The node's number.")
    private int node;

    @Option(names = "--undo", description = "Takes it back.")
    private boolean undo;

    @Option(names = "--now", description = "Does not wait for its turn.")
    private boolean now;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait at most (${DEFAULT-VALUE}).")
    private int waitSeconds = 60;

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() throws InterruptedException {
        ClusterLayout layout = cluster.layout();
        List<URI> coordinators =
                Stream.of(layout.coordinatorUrls().split(",")).map(URI::create).toList();
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        try (Probe probe = new Probe(cluster.folder(), layout);
                HttpControlPlane controlPlane =
                        new HttpControlPlane(coordinators, HttpControlPlane.Timeouts.DEFAULT)) {
            for (; ; ) {
                CommandResult result = submit(controlPlane, request(find(probe)));
                boolean late = System.nanoTime() > deadlineNanos;
                switch (result) {
                    case CommandResult.Drained drained when undo -> {
                        terminal.say("node %d takes part".formatted(node));
                        return 0;
                    }
                    case CommandResult.Drained drained when hasHandedOver(probe, drained) -> {
                        terminal.say("node %d drained%s".formatted(node, kept(drained.leading())));
                        return 0;
                    }
                    case CommandResult.Drained drained when late -> {
                        terminal.say(
                                "node %d drains, but still leads %d partitions: no other replica has all of them"
                                        .formatted(node, drained.leading()));
                        return 1;
                    }
                    case CommandResult.Rejected rejected when late || now || undo -> {
                        terminal.say(rejected.message());
                        return 1;
                    }
                    case CommandResult.Rejected rejected ->
                            terminal.progress("waiting; " + rejected.message());
                    default -> {}
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
    }

    private boolean hasHandedOver(Probe probe, CommandResult.Drained drained) {
        return drained.leading() == 0
                || probe.image()
                        .filter(image -> image.version() >= drained.version())
                        .filter(image -> image.leadsForOthers(node) == 0)
                        .isPresent();
    }

    private static String kept(int partitions) {
        return partitions == 0
                ? ""
                : "; it still leads %d that no other node that runs has a replica of"
                        .formatted(partitions);
    }

    private Command request(NodeImage known) {
        return now || undo
                ? new Command.DrainNode(known.id(), known.epoch(), !undo)
                : new Command.DrainInTurn(known.id(), known.epoch());
    }

    private NodeImage find(Probe probe) {
        ClusterImage image =
                probe.image()
                        .orElseThrow(() -> new IllegalStateException("No coordinator answers."));
        return image.node(node)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "There is no node %d; there are %s."
                                                .formatted(node, image.nodes().keySet())));
    }

    private static CommandResult submit(HttpControlPlane controlPlane, Command command) {
        try {
            return controlPlane.submit(command).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }
}
