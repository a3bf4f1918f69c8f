package io.tidemark.gateway.console;

import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.control.NodeReports.Report;
import io.tidemark.metadata.control.NodeVitals;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What nodes say of themselves. Any thread. */
final class VitalsJson {
    private final VisibleCluster cluster;

    VitalsJson(VisibleCluster cluster) {
        this.cluster = cluster;
    }

    /** To each node of an overview; null for those that said nothing. */
    ObjectNode added(ObjectNode overview, NodeReports reports) {
        Map<Integer, Report> byNode = new HashMap<>();
        reports.reports().forEach(report -> byNode.put(report.nodeId(), report));
        for (JsonNode node : overview.path("nodes")) {
            ObjectNode json = (ObjectNode) node;
            Report report = byNode.get(json.get("id").asInt());
            if (report == null) {
                json.putNull("vitals");
            } else {
                add(report, json.putObject("vitals"));
            }
        }
        return overview;
    }

    private void add(Report report, ObjectNode json) {
        NodeVitals vitals = report.vitals();
        json.put("heard_ms_ago", report.heardMsAgo())
                .put("clock_ahead_ms", report.clockAheadMs())
                .put("damaged_partitions", vitals.damagedPartitions())
                .put("mended_places", vitals.mendedPlaces());
        ArrayNode slow = json.putArray("slow_log_dirs");
        vitals.slow()
                .forEach(
                        each ->
                                slow.addObject()
                                        .put("path", each.path())
                                        .put("sync_ms", each.syncMs()));
        ArrayNode damaged = json.putArray("damaged");
        vitals.damaged().stream()
                .filter(each -> cluster.visible(each.topic()))
                .forEach(
                        each ->
                                damaged.addObject()
                                        .put("topic", each.topic())
                                        .put("partition", each.partition()));
    }
}
