package io.tidemark.cluster.status;

import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.status.ClusterStatus.Coordinator;
import io.tidemark.cluster.status.ClusterStatus.Gateway;
import io.tidemark.cluster.status.ClusterStatus.Node;
import io.tidemark.cluster.status.ClusterStatus.Problem;
import io.tidemark.cluster.status.ClusterStatus.Severity;
import io.tidemark.cluster.status.ClusterStatus.UnwellPartition;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A cluster's status for a person: what is wrong on top, then who does what. */
public final class StatusPage {
    private static final int PARTITIONS_SHOWN = 20;

    private final ClusterStatus status;
    private final Paint paint;
    private final StringBuilder text = new StringBuilder();

    public StatusPage(ClusterStatus status, Paint paint) {
        this.status = status;
        this.paint = paint;
    }

    @Override
    public String toString() {
        text.setLength(0);
        headline();
        status.problems().forEach(this::problem);
        nodes();
        coordinators();
        gateways();
        partitions();
        return text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }

    private void headline() {
        boolean critical =
                status.problems().stream().anyMatch(p -> p.severity() == Severity.CRITICAL);
        String verdict =
                status.healthy()
                        ? paint.green("healthy")
                        : critical ? paint.red("in trouble") : paint.yellow("degraded");
        line(
                "%s %s: %s  %s",
                paint.bold("Cluster"),
                paint.bold(status.clusterId()),
                verdict,
                paint.dim(
                        "(%,d topics, %,d partitions)"
                                .formatted(status.topics(), status.partitions())));
    }

    private void problem(Problem problem) {
        boolean critical = problem.severity() == Severity.CRITICAL;
        line(
                "  %s %s%s",
                critical ? paint.red("✗") : paint.yellow("!"),
                problem.what(),
                problem.advice().map(advice -> paint.dim("  → " + advice)).orElse(""));
    }

    private void nodes() {
        text.append('\n');
        line(
                "%s",
                paint.bold(
                        String.format(
                                "%-12s %-9s %-12s %-21s %7s %9s %8s   %s",
                                "Nodes",
                                "process",
                                "membership",
                                "Kafka",
                                "leads",
                                "replicas",
                                "behind",
                                "up since")));
        for (Node node : status.nodes()) {
            line(
                    "  %-10d %s %s %-21s %7d %9d %s   %s",
                    node.id(),
                    state(node.process().state()),
                    membership(node),
                    node.process().address(),
                    node.leads(),
                    node.replicas(),
                    node.behind() == 0 ? "       0" : paint.yellow("%8d".formatted(node.behind())),
                    node.process().uptime());
        }
    }

    private String state(ProcessState state) {
        return switch (state) {
            case UP -> paint.green("%-9s".formatted("up"));
            case DOWN -> paint.red("%-9s".formatted("down"));
            case PAUSED -> paint.yellow("%-9s".formatted("paused"));
            case STARTING_OR_STOPPING -> paint.yellow("%-9s".formatted("changing"));
        };
    }

    private String membership(Node node) {
        String padded = "%-12s".formatted(node.membership());
        return node.membership().equals("active") ? padded : paint.yellow(padded);
    }

    private void coordinators() {
        text.append('\n');
        line(
                "%s",
                paint.bold(
                        String.format(
                                "%-12s %-9s %-15s %-21s %7s %9s %8s   %s",
                                "Coordinators",
                                "process",
                                "role",
                                "HTTP",
                                "epoch",
                                "version",
                                "",
                                "up since")));
        for (Coordinator coordinator : status.coordinators()) {
            line(
                    "  %-10d %s %-15s %-21s %7s %9s %8s   %s",
                    coordinator.id(),
                    state(coordinator.process().state()),
                    coordinator.role(),
                    coordinator.process().address(),
                    coordinator.epoch().isPresent() ? coordinator.epoch().getAsLong() : "",
                    coordinator.version().isPresent() ? coordinator.version().getAsLong() : "",
                    "",
                    coordinator.process().uptime());
        }
    }

    private void gateways() {
        text.append('\n');
        line(
                "%s",
                paint.bold(
                        String.format(
                                "%-12s %-9s %-15s %-21s %26s   %s",
                                "Gateways", "process", "health", "HTTP", "", "up since")));
        for (Gateway gateway : status.gateways()) {
            line(
                    "  %-10d %s %-15s %-21s %26s   %s",
                    gateway.id(),
                    state(gateway.process().state()),
                    gateway.health(),
                    gateway.process().address(),
                    "",
                    gateway.process().uptime());
        }
    }

    private void partitions() {
        if (status.unwell().isEmpty()) {
            return;
        }
        int name =
                status.unwell().stream()
                        .limit(PARTITIONS_SHOWN)
                        .mapToInt(p -> p.topic().length() + 8)
                        .max()
                        .orElse(0);
        text.append('\n');
        String layout = "%-" + Math.max(name, 24) + "s %-8s %-12s %-12s %-10s %s";
        line(
                "%s",
                paint.bold(
                        String.format(
                                layout,
                                "Partitions that are not well",
                                "leader",
                                "replicas",
                                "in sync",
                                "writable",
                                "behind")));
        status.unwell().stream()
                .limit(PARTITIONS_SHOWN)
                .forEach(partition -> partition(layout, partition));
        if (status.unwell().size() > PARTITIONS_SHOWN) {
            line("  … and %,d more (--json shows all)", status.unwell().size() - PARTITIONS_SHOWN);
        }
    }

    private void partition(String layout, UnwellPartition partition) {
        String lag =
                partition.lag().entrySet().stream()
                        .map(e -> "node %d by %,d".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining(", "));
        line(
                layout,
                "  " + partition.topic() + "-" + partition.partition(),
                partition.leader().map(String::valueOf).orElse("none"),
                ids(partition.replicas()),
                ids(partition.isr()),
                partition.writable() ? "yes" : "no",
                lag);
    }

    private static String ids(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
