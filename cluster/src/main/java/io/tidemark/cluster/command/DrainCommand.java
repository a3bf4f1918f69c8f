package io.tidemark.cluster.command;

import io.tidemark.cluster.run.ClusterControl;
import io.tidemark.cluster.run.NodeDrain;
import io.tidemark.metadata.command.CommandResult;
import java.time.Duration;
import java.util.concurrent.Callable;
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
        try (ClusterControl control = new ClusterControl(cluster.folder(), cluster.layout())) {
            NodeDrain drain = new NodeDrain(control, terminal::progress);
            return undo ? undone(drain) : drained(drain);
        }
    }

    private int undone(NodeDrain drain) throws InterruptedException {
        if (drain.undo(node) instanceof CommandResult.Rejected rejected) {
            terminal.say(rejected.message());
            return 1;
        }
        terminal.say("node %d takes part".formatted(node));
        return 0;
    }

    private int drained(NodeDrain drain) throws InterruptedException {
        return switch (drain.run(node, !now, Duration.ofSeconds(waitSeconds))) {
            case NodeDrain.Outcome.HandedOver(int kept) -> {
                terminal.say("node %d drained%s".formatted(node, kept(kept)));
                yield 0;
            }
            case NodeDrain.Outcome.StillLeads(int partitions) -> {
                terminal.say(
                        "node %d drains, but still leads %d partitions: no other replica has all of them"
                                .formatted(node, partitions));
                yield 1;
            }
            case NodeDrain.Outcome.Refused(String why) -> {
                terminal.say(why);
                yield 1;
            }
        };
    }

    private static String kept(int partitions) {
        return partitions == 0
                ? ""
                : "; it still leads %d that no other node that runs has a replica of"
                        .formatted(partitions);
    }
}
