package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a person reads when a cluster is ready: where it is, and what to type next. */
record ReadyNotice(ClusterLayout layout, ClusterFolder folder, Duration startup, boolean detached) {

    @Override
    public String toString() {
        String gateway = layout.members(Service.GATEWAY).getFirst().url();
        String text =
                """

                A Tidemark cluster is ready (%1$.1f s): %2$d nodes, %3$d coordinators, %4$d gateways
                  HTTP     %5$s         try it at %6$s/openapi
                  Kafka    %7$s
                  Data     %8$s   (a folder and a log for each process)

                Topics have %9$d replicas, of which %10$d must be in sync, unless they say otherwise.
                How it is:        ./tidemark status
                Break something:  ./tidemark node 1 kill      and start, pause, resume, stop, restart; coordinator, gateway
                Stop:             %11$s
                """;
        return String.format(
                        Locale.ROOT,
                        text,
                        startup.toMillis() / 1000.0,
                        layout.size().nodes(),
                        layout.size().coordinators(),
                        layout.size().gateways(),
                        layout.members(Service.GATEWAY).stream()
                                .map(Member::url)
                                .collect(Collectors.joining(", ")),
                        gateway,
                        layout.bootstrapServers(),
                        folder.path(),
                        layout.defaultReplicationFactor(),
                        layout.defaultMinInsyncReplicas(),
                        detached ? "./tidemark down" : "Ctrl-C, or ./tidemark down")
                .stripTrailing();
    }
}
