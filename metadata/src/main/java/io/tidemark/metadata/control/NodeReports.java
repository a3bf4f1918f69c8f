package io.tidemark.metadata.control;

import java.util.List;

/** What nodes have last told the leading coordinator of themselves; those it never heard miss. */
public record NodeReports(List<Report> reports) {
    public static final NodeReports NONE = new NodeReports(List.of());

    public NodeReports {
        reports = List.copyOf(reports);
    }

    /**
     * @param clockAheadMs how far the node's clock is ahead of the coordinator's, as closely as
     *     heartbeats tell; negative where it is behind
     * @param heardMsAgo when it was told
     */
    public record Report(int nodeId, long clockAheadMs, long heardMsAgo, NodeVitals vitals) {}
}
