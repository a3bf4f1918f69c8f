package io.tidemark.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;

/** The results as a table for people, as JSON for programs, and as a plot. */
final class Report {
    private static final int BAR_TOP = 64;
    private static final int ROW_HEIGHT = 26;
    private static final int LABEL_WIDTH = 330;
    private static final int SCALE_WIDTH = 420;

    /** A line of the table. */
    private record Row(
            Comparison comparison, String unit, double ours, double theirs, double ratio) {
        boolean met() {
            return comparison.met(ours, ratio);
        }

        String target() {
            String bound =
                    (comparison.atLeast() ? "≥ " : "≤ ")
                            + String.format(Locale.ROOT, "%.1f ×", comparison.bound());
            return comparison.enough().isEmpty()
                    ? bound
                    : bound
                            + String.format(
                                    Locale.ROOT, " or %,.0f", comparison.enough().getAsDouble());
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final Results results;
    private final String machine;
    private final String command;

    Report(Results results, List<Comparison> comparisons, String machine, String command) {
        this.results = results;
        this.machine = machine;
        this.command = command;
        comparisons.forEach(each -> row(each).ifPresent(rows::add));
    }

    private Optional<Row> row(Comparison each) {
        OptionalDouble ours = results.median(each.ours(), "tidemark");
        OptionalDouble theirs = results.median(each.theirs(), each.peer());
        OptionalDouble ratio = results.ratio(each.ours(), "tidemark", each.theirs(), each.peer());
        if (ours.isEmpty() || theirs.isEmpty() || ratio.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Row(
                        each,
                        results.unit(each.ours()),
                        ours.getAsDouble(),
                        theirs.getAsDouble(),
                        ratio.getAsDouble()));
    }

    /** The table in Markdown, which reads well in a terminal, too. */
    String table() {
        StringBuilder out = new StringBuilder();
        out.append(
                "| Medians | Tidemark | Peer | | Ratio | Target | |\n|---|--:|--:|---|--:|---|---|\n");
        for (Row row : rows) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "| %-46s | %,10.2f | %,10.2f %s | %-9s | %6.2f × | %-7s | %s |%n",
                            row.comparison().title(),
                            row.ours(),
                            row.theirs(),
                            row.comparison().peer(),
                            row.unit(),
                            row.ratio(),
                            row.target(),
                            row.met() ? "✓" : "missed"));
        }
        return out.append('\n')
                .append(machine)
                .append("\nRepeat: `")
                .append(command)
                .append("`\n")
                .toString();
    }

    void writeJson(Path file) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("machine", machine);
        document.put("command", command);
        document.put("measurements", results.byMetric());
        document.put("comparisons", rows);
        Files.writeString(
                file,
                JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(document));
    }

    /**
     * Bars of ours against the peer (1 ×), with the target as a tick. Lower-is-better rows are
     * turned round, so that longer is better everywhere.
     */
    void writeSvg(Path file) throws IOException {
        double longest = rows.stream().mapToDouble(Report::goodness).max().orElse(1);
        double scale = SCALE_WIDTH / Math.min(6, Math.max(1.5, longest));
        int height = BAR_TOP + rows.size() * ROW_HEIGHT + 40;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"%d\" font-family=\"system-ui, sans-serif\" font-size=\"13\">%n"
                        .formatted(height));
        svg.append(
                "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"16\" y=\"26\" font-size=\"17\" font-weight=\"600\" fill=\"#14213d\">Tidemark beside its peers: longer is better, 1 × is the peer</text>\n");
        svg.append(
                "<text x=\"16\" y=\"46\" fill=\"#667085\">%s</text>%n".formatted(escape(machine)));
        for (int i = 0; i < rows.size(); i++) {
            bar(svg, rows.get(i), BAR_TOP + i * ROW_HEIGHT, scale);
        }
        double one = LABEL_WIDTH + scale;
        svg.append(line(one, BAR_TOP - 4, one, height - 36, "#14213d", "1"));
        svg.append(
                "<text x=\"%.1f\" y=\"%d\" fill=\"#14213d\" text-anchor=\"middle\">1 ×</text>%n"
                        .formatted(one, height - 20));
        Files.writeString(file, svg.append("</svg>\n"));
    }

    private static void bar(StringBuilder svg, Row row, int y, double scale) {
        double length = Math.min(goodness(row) * scale, SCALE_WIDTH);
        double target =
                Math.min(
                                row.comparison().atLeast()
                                        ? row.comparison().bound()
                                        : 1 / row.comparison().bound(),
                                6)
                        * scale;
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1d2939\">%s</text>%n"
                                + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"3\" fill=\"%s\"/>%n"
                                + "<text x=\"%.1f\" y=\"%d\" fill=\"#475467\">%.2f ×</text>%n",
                        LABEL_WIDTH - 8,
                        y + 13,
                        escape(row.comparison().title()),
                        LABEL_WIDTH,
                        y,
                        length,
                        row.met() ? "#2a9d8f" : "#e9a23b",
                        LABEL_WIDTH + Math.max(length, Math.max(target, scale)) + 6,
                        y + 13,
                        row.ratio()));
        svg.append(line(LABEL_WIDTH + target, y - 2, LABEL_WIDTH + target, y + 18, "#d1495b", "2"));
    }

    private static String line(
            double x1, double y1, double x2, double y2, String colour, String width) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                width);
    }

    private static double goodness(Row row) {
        return row.comparison().atLeast() ? row.ratio() : 1 / row.ratio();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
