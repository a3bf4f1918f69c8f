package io.tidemark.cluster.command;

import io.tidemark.cluster.status.ClusterStatus;
import io.tidemark.cluster.status.Probe;
import io.tidemark.cluster.status.StatusPage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How the cluster is. */
@Command(
        name = "status",
        usageHelpAutoWidth = true,
        description = {
            "What is wrong, then nodes, coordinators, gateways, and partitions that are not well.",
            "Exit code 0 when nothing is wrong, 1 when something is. Topics set up without"
                    + " redundancy are pointed out, and are not wrong."
        })
final class StatusCommand implements Callable<Integer> {

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--json", description = "For a program.")
    private boolean json;

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        ClusterStatus status;
        try (Probe probe = new Probe(cluster.folder(), cluster.layout())) {
            status = probe.status();
        }
        terminal.say(
                json
                        ? JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(status)
                        : new StatusPage(status, terminal.paint()).toString().stripTrailing());
        return status.healthy() ? 0 : 1;
    }
}
