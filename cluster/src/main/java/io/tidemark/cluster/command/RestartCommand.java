package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.LayoutChange;
import io.tidemark.cluster.run.CleanExit;
import io.tidemark.cluster.run.Patience;
import io.tidemark.cluster.run.RollingRestart;
import io.tidemark.cluster.run.StartFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Gives all processes a new configuration while the cluster goes on. */
@Command(
        name = "restart",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Restarts the cluster one process after the other while it serves: coordinators, nodes,"
                    + " gateways. A node hands over what it leads when it is its turn, and the next one"
                    + " waits until it is in sync again.",
            "Settings are given as with up, ./tidemark restart -- --name=value, and kept. Where a process"
                    + " cannot start with them, it is started as before, they are not kept, and the rest"
                    + " is left alone. So where it is interrupted: no process stays stopped.",
            ""
        })
final class RestartCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long a node may wait for its turn (${DEFAULT-VALUE}).")
    private int waitSeconds = 120;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long one process may take to come back (${DEFAULT-VALUE}).")
    private long timeoutSeconds = Patience.LIMIT.toSeconds();

    @Unmatched private List<String> rest = new ArrayList<>();

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() throws IOException {
        cluster.layout(); // there must be one
        LayoutChange change =
                new LayoutChange(
                        Optional.empty(), Settings.of(rest, spec), ClusterOptions.javaOptions());
        try (CleanExit exit = CleanExit.open()) {
            try {
                new RollingRestart(cluster.folder(), change, terminal::say, terminal::progress)
                        .all(
                                cluster::distribution,
                                Duration.ofSeconds(waitSeconds),
                                Duration.ofSeconds(timeoutSeconds));
            } catch (StartFailure e) {
                terminal.say(terminal.paint().red("Not restarted: ") + e.getMessage());
                return 1;
            }
        }
        terminal.say("All of it runs%s.".formatted(rest.isEmpty() ? " again" : " with that"));
        return 0;
    }
}
