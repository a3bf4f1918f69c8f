package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.run.ClusterStop;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a cluster from another shell. */
@Command(
        name = "down",
        usageHelpAutoWidth = true,
        description = "Stops all processes of the cluster, and waits until they have ended.")
final class DownCommand implements Callable<Integer> {

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        ClusterStop stop = new ClusterStop(cluster.folder(), cluster.layout(), terminal::progress);
        if (!stop.anyRunning()) {
            terminal.say("no cluster is running in " + cluster.folder().path());
            return 0;
        }
        List<Member> hanging = stop.run();
        if (hanging.isEmpty()) {
            terminal.say("stopped");
            return 0;
        }
        terminal.say(
                "still running after a minute: %s (kill -9 loses nothing that was acknowledged)"
                        .formatted(
                                hanging.stream()
                                        .map(Member::name)
                                        .collect(Collectors.joining(", "))));
        return 1;
    }
}
