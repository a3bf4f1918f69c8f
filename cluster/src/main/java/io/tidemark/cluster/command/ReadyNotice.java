package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.status.TopicDefaults;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a person reads when a cluster is ready: where it is, and what to type next.
 *
 * @param option that further commands need to find it, after a space; may be empty
 * @param topics what new topics get, as the cluster itself says
 */
record ReadyNotice(
        ClusterLayout layout,
        ClusterFolder folder,
        String option,
        TopicDefaults topics,
        Duration startup,
        boolean detached) {
    private static final Pattern SECRET =
            Pattern.compile("password|secret|token", Pattern.CASE_INSENSITIVE);

    @Override
    public String toString() {
        String gateway = layout.members(Service.GATEWAY).getFirst().url();
        String text =
                """

                A Tidemark cluster is ready (%1$.1f s): %2$s, %3$s, %4$s
                  HTTP     %5$s         try it at %6$s/openapi
                  Kafka    %7$s
                  Data     %8$s   (a folder and a log for each process)
                %11$s
                %9$s
                How it is:        ./tidemark status%12$s
                Break something:  ./tidemark node 1 kill%12$s      and start, pause, resume, stop, restart, remove; coordinator, gateway
                Stop:             %10$s
                """;
        return String.format(
                        Locale.ROOT,
                        text,
                        startup.toMillis() / 1000.0,
                        count(layout.size().nodes(), "node"),
                        count(layout.size().coordinators(), "coordinator"),
                        count(layout.size().gateways(), "gateway"),
                        layout.members(Service.GATEWAY).stream()
                                .map(Member::url)
                                .collect(Collectors.joining(", ")),
                        gateway,
                        layout.bootstrapServers(),
                        folder.path(),
                        topics.inWords(
                                layout.size().nodes(),
                                gateway + "/v3/clusters/" + layout.clusterId()),
                        (detached ? "./tidemark down" : "Ctrl-C, or ./tidemark down") + option,
                        settings(),
                        option)
                .stripTrailing();
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** A line for each setting that is kept. */
    private String settings() {
        StringBuilder lines = new StringBuilder(lines("", layout.settings()));
        layout.overrides().forEach((name, own) -> lines.append(lines(name + ": ", own)));
        if (!layout.javaOptions().isEmpty()) {
            lines.append("  JVM      %s\n".formatted(String.join(" ", layout.javaOptions())));
        }
        return lines.toString();
    }

    private static String lines(String whose, Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(
                        setting ->
                                "  Setting  %s%s=%s\n"
                                        .formatted(
                                                whose,
                                                setting.getKey(),
                                                SECRET.matcher(setting.getKey()).find()
                                                        ? "(not shown)"
                                                        : setting.getValue()))
                .collect(Collectors.joining());
    }
}
