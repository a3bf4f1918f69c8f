package io.tidemark.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.architecture.SourceTree;
import io.tidemark.documentation.MonitoringFiles.Alert;
import io.tidemark.documentation.MonitoringFiles.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Dashboards, alerts and runbooks as they lie in the repository. */
class MonitoringFilesTest {

    @Test
    void shouldHaveTheDashboardsThatOperatorsLookFor() {
        assertThat(MonitoringFiles.dashboards())
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "coordinator.json",
                        "gateway.json",
                        "groups.json",
                        "overview.json",
                        "partition-services.json");
    }

    @Test
    void shouldTakeTheDataSourceFromAVariable() {
        for (Path file : MonitoringFiles.dashboards()) {
            JsonNode dashboard = MonitoringFiles.dashboard(file);
            assertThat(dashboard.path("templating").path("list").get(0).path("type").asString())
                    .as("%s", file)
                    .isEqualTo("datasource");
            for (JsonNode panel : dashboard.path("panels")) {
                if (!panel.path("type").asString().equals("row")) {
                    assertThat(panel.path("datasource").path("uid").asString())
                            .as("%s of %s", panel.path("title"), file)
                            .isEqualTo("${datasource}");
                }
            }
        }
    }

    @Test
    void shouldTellDashboardsAndPanelsApart() {
        Set<String> uids = new HashSet<>();
        for (Path file : MonitoringFiles.dashboards()) {
            JsonNode dashboard = MonitoringFiles.dashboard(file);
            assertThat(uids.add(dashboard.path("uid").asString())).as("%s", file).isTrue();
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : dashboard.path("panels")) {
                assertThat(ids.add(panel.path("id").asInt())).as("%s %s", file, panel).isTrue();
                JsonNode place = panel.path("gridPos");
                assertThat(place.path("x").asInt() + place.path("w").asInt())
                        .as("%s of %s", panel.path("title"), file)
                        .isLessThanOrEqualTo(24);
            }
        }
    }

    @Test
    void shouldHaveARunbookForEachAlert() throws IOException {
        List<Alert> alerts = MonitoringFiles.alerts();
        assertThat(alerts).hasSizeGreaterThanOrEqualTo(12);
        for (Alert alert : alerts) {
            assertThat(alert.severity()).as(alert.name()).isIn("critical", "warning");
            assertThat(alert.runbook()).isEqualTo("docs/runbooks/%s.md".formatted(alert.name()));
            assertThat(Files.readString(SourceTree.root().resolve(alert.runbook())))
                    .startsWith("# " + alert.name())
                    .contains("## What it means", "## How to see it", "## What to do");
        }
        try (Stream<Path> pages = Files.list(SourceTree.root().resolve("docs/runbooks"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .as("pages without an alert")
                    .isSubsetOf(
                            alerts.stream()
                                    .map(alert -> alert.name() + ".md")
                                    .collect(Collectors.toSet()));
        }
    }

    @Test
    void shouldFindTheMetricsOfAQuery() {
        assertThat(
                        MonitoringFiles.selectors(
                                "histogram_quantile(0.99, sum by (le, some_label)"
                                        + " (rate(a_seconds_bucket{api=\"x_y\", i=~\"$i\"}[5m]))) > b_total"))
                .containsExactly(
                        new Selector("a_seconds_bucket", Set.of("api", "i")),
                        new Selector("b_total", Set.of()));
    }
}
