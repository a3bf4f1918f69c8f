package io.tidemark.systemtest.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What public dashboards for Kafka ask for: see {@code dashboards/queries.txt}. */
final class DashboardQueries {
    private static final String LIST = "/dashboards/queries.txt";
    private static final String POD =
            "namespace=\"tests\",strimzi_io_cluster=\"tidemark\",kubernetes_pod_name=~\"tidemark-.*\"";
    private static final String TOPIC = POD + ",topic=~\".+\",topic!=\"\"";

    private DashboardQueries() {}

    /** Queries that must have an answer. */
    static List<String> answerable() {
        return lines().stream()
                .filter(columns -> columns.length == 2)
                .map(columns -> columns[1].replace("$T", TOPIC).replace("$P", POD))
                .toList();
    }

    /** Metrics that cannot be; each has a reason. */
    static List<String> impossible() {
        return lines().stream()
                .filter(columns -> columns.length == 3)
                .map(columns -> columns[1])
                .toList();
    }

    private static List<String[]> lines() {
        try (InputStream list =
                Objects.requireNonNull(DashboardQueries.class.getResourceAsStream(LIST))) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" [|] "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
