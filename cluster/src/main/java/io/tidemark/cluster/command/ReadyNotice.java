package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a person reads when a cluster is ready: where it is, and what to type next.
 *
 * @param option that further commands need to find it, after a space; may be empty
 */
record ReadyNotice(
        ClusterLayout layout,
        ClusterFolder folder,
        String option,
        Duration startup,
        boolean detached) {
    private static final Pattern SECRET =
            Pattern.compile("password|secret|token", Pattern.CASE_INSENSITIVE);

    @Override
    public String toString() {
        String gateway = layout.members(Service.GATEWAY).getFirst().url();
        String text =
                """

                A Tidemark cluster is ready (%1$.1f s): %2$d nodes, %3$d coordinators, %4$d gateways
                  HTTP     %5$s         try it at %6$s/openapi
                  Kafka    %7$s
                  Data     %8$s   (a folder and a log for each process)
                %12$s
                Topics have %9$d replicas, of which %10$d must be in sync, unless they say otherwise.
                How it is:        ./tidemark status%13$s
                Break something:  ./tidemark node 1 kill%13$s      and start, pause, resume, stop, restart; coordinator, gateway
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
                        (detached ? "./tidemark down" : "Ctrl-C, or ./tidemark down") + option,
                        settings(),
                        option)
                .stripTrailing();
    }

    /** A line for each setting that is kept. */
    private String settings() {
        return layout.settings().entrySet().stream()
                .map(
                        setting ->
                                "  Setting  %s=%s\n"
                                        .formatted(
                                                setting.getKey(),
                                                SECRET.matcher(setting.getKey()).find()
                                                        ? "(not shown)"
                                                        : setting.getValue()))
                .collect(Collectors.joining());
    }
}
