package io.tidemark.documentation;

import io.tidemark.architecture.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboards and alert rules that are shipped, and what they ask Prometheus. */
public final class MonitoringFiles {
    private static final Path CHART = SourceTree.root().resolve("helm/tidemark");

    /** A name, and the labels that are matched on it. */
    private static final Pattern SELECTOR =
            Pattern.compile("([a-z_][a-z0-9_]*_[a-z0-9_]+)(\\{[^}]*})?");

    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");

    /** Words of PromQL, and its clauses of label names. */
    private static final Pattern CLAUSE =
            Pattern.compile("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)");

    private static final Pattern VARIABLE = Pattern.compile("\\[[^]]*]|\\$\\{?\\w+}?");

    private static final Set<String> FUNCTIONS =
            Set.of("histogram_quantile", "max_over_time", "label_values", "predict_linear");

    private MonitoringFiles() {}

    /** An alert rule. */
    public record Alert(String name, String expression, String severity, String runbook) {}

    /** A metric with the labels it is chosen by. */
    public record Selector(String metric, Set<String> labels) {}

    /** The dashboards, by file. */
    public static List<Path> dashboards() {
        try (Stream<Path> files = Files.list(CHART.resolve("dashboards"))) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A dashboard's content. */
    public static JsonNode dashboard(Path file) {
        try {
            return JsonMapper.builder().build().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The queries of a dashboard's panels and variables. */
    public static List<String> queries(JsonNode dashboard) {
        List<String> found = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets").forEach(target -> found.add(target.path("expr").asString()));
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            if (variable.path("type").asString().equals("query")) {
                found.add(variable.path("definition").asString());
            }
        }
        return found;
    }

    /** The alert rules. */
    public static List<Alert> alerts() {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        List<Alert> alerts = new ArrayList<>();
        try {
            Map<String, List<Map<String, Object>>> document =
                    yaml.load(Files.readString(CHART.resolve("alerts/tidemark.yaml")));
            for (Map<String, Object> group : document.getOrDefault("groups", List.of())) {
                for (Object rule : (List<?>) group.getOrDefault("rules", List.of())) {
                    alerts.add(alert((Map<?, ?>) rule));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return alerts;
    }

    private static Alert alert(Map<?, ?> rule) {
        Map<?, ?> labels = Objects.requireNonNull((Map<?, ?>) rule.get("labels"));
        Map<?, ?> annotations = Objects.requireNonNull((Map<?, ?>) rule.get("annotations"));
        return new Alert(
                String.valueOf(rule.get("alert")),
                String.valueOf(rule.get("expr")),
                String.valueOf(labels.get("severity")),
                String.valueOf(annotations.get("runbook_url")));
    }

    /** The metrics that a query names. */
    public static List<Selector> selectors(String query) {
        String plain = CLAUSE.matcher(query).replaceAll(" ");
        List<Selector> found = new ArrayList<>();
        Matcher matcher = SELECTOR.matcher(VARIABLE.matcher(plain).replaceAll(""));
        while (matcher.find()) {
            if (FUNCTIONS.contains(matcher.group(1))) {
                continue;
            }
            Set<String> labels = new TreeSet<>();
            if (matcher.group(2) != null) {
                Matcher label = LABEL.matcher(matcher.group(2));
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
            found.add(new Selector(matcher.group(1), labels));
        }
        return found;
    }
}
