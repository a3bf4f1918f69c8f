package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Sender;
import io.tidemark.testkit.history.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as Markdown, which reads well on a terminal, too. */
public final class ReportPage {
    private final ChaosReport report;
    private final StringBuilder text = new StringBuilder();

    public ReportPage(ChaosReport report) {
        this.report = report;
    }

    @Override
    public String toString() {
        text.setLength(0);
        summary();
        faults();
        pauses();
        wrongs();
        return text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }

    private void summary() {
        Verdict history = report.history();
        line("**%s**  `%s`", report.good() ? "Nothing lost." : "BROKEN.", report.command());
        line("");
        line("| Measure | |");
        line("|---|--:|");
        line("| minutes | %.1f |", report.minutes());
        line("| records sent | %,d |", history.sent());
        line("| acknowledged | %,d |", history.acknowledged());
        line("| read and compared | %,d |", history.polled());
        line("| acknowledged and lost | %,d |", history.lost());
        for (Sender sender : Sender.values()) {
            line(
                    "| duplicates, %s | %,d%s |",
                    switch (sender) {
                        case IDEMPOTENT -> "idempotent producers";
                        case REST -> "REST";
                        case PLAIN -> "plain producer";
                    },
                    history.duplicates().getOrDefault(sender, 0L),
                    sender == Sender.PLAIN ? " (its own retries)" : "");
        }
        line("| other anomalies | %,d |", otherAnomalies());
        line("| slowest return to a full ISR | %.1f s |", report.slowestHealMs() / 1000.0);
        line("| calls that failed, during faults | %,d |", report.failedCalls());
        line(
                "| calls that failed, during planned restarts | %,d |",
                report.failedCallsOfRollingRestarts());
        line("");
    }

    private long otherAnomalies() {
        Verdict history = report.history();
        long repeated =
                history.duplicates().entrySet().stream()
                        .filter(e -> e.getKey() != Sender.PLAIN)
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        return history.anomalyCount() - history.lost() - repeated;
    }

    private void faults() {
        line(
                "Hits: %s.",
                report.hits().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ")));
        line("");
    }

    private void pauses() {
        line("| Fault | times | writes stood still: p50 | p99 | max |");
        line("|---|--:|--:|--:|--:|");
        for (FaultKind kind : FaultKind.values()) {
            int times = report.faults().getOrDefault(kind.word(), 0);
            Pauses pauses = report.pauses().get(kind.word());
            if (times > 0) {
                line(
                        "| %s | %d | %s | %s | %s |",
                        kind.description(),
                        times,
                        pauses == null ? "" : ms(pauses.p50Ms()),
                        pauses == null ? "" : ms(pauses.p99Ms()),
                        pauses == null ? "" : ms(pauses.maxMs()));
            }
        }
        report.leftOut()
                .forEach((kind, reason) -> line("| %s | left out: %s | | | |", kind, reason));
        line("");
        Pauses leaders = report.pauses().get(FaultKind.KILL_LEADER.word());
        if (leaders != null) {
            histogram(leaders);
        }
    }

    private static String ms(long milliseconds) {
        return "%,d ms".formatted(milliseconds);
    }

    private void histogram(Pauses pauses) {
        line("From kill -9 of a leader until each of its partitions was written again:");
        line("");
        line("```");
        int most = pauses.buckets().stream().mapToInt(Integer::intValue).max().orElse(1);
        for (int i = 0; i < pauses.buckets().size(); i++) {
            int count = pauses.buckets().get(i);
            String bound =
                    i < Pauses.BOUNDS_MS.size()
                            ? "≤ %,6d ms".formatted(Pauses.BOUNDS_MS.get(i))
                            : ">  10,000 ms";
            line(
                    "%12s %5d %s",
                    bound, count, "█".repeat(Math.ceilDiv(40 * count, Math.max(1, most))));
        }
        line("```");
        line("");
    }

    private void wrongs() {
        List<String> violations = report.violations();
        if (!violations.isEmpty()) {
            line("Promises that were broken:");
            violations.forEach(violation -> line("- %s", violation));
            line("");
        }
        if (!report.history().anomalies().isEmpty()) {
            line(
                    "Anomalies, %d of %d:",
                    report.history().anomalies().size(), report.history().anomalyCount());
            report.history().anomalies().forEach(anomaly -> line("- %s", anomaly));
            line("");
        }
    }
}
