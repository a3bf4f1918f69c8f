package io.tidemark.gateway.console;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.control.ControlPlane;
import java.util.List;

/** Routes under {@code /admin}: what the admin UI reads beyond v2 and v3. */
public final class ConsoleRoutes implements RouteGroup {

    private static final String TAG = "Admin";

    private final Topics topics;
    private final Overview overview;
    private final LogDirs logDirs;
    private final Moves moves;

    public ConsoleRoutes(
            ClusterView view,
            Access access,
            ControlPlane controlPlane,
            OffsetLookup lookup,
            PartitionClient client,
            Clock clock) {
        VisibleCluster cluster = new VisibleCluster(view, access);
        this.topics = new Topics(cluster, lookup);
        this.overview = new Overview(cluster, controlPlane, clock);
        this.logDirs = new LogDirs(cluster, client);
        this.moves = new Moves(cluster, client);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                get("/admin/overview", "The cluster as a whole", Schemas.OVERVIEW)
                        .description(
                                "Nodes with what they lead, hold and say of themselves, the"
                                        + " coordinators, and up to 200 partitions that are not"
                                        + " well.")
                        .servedBy(overview::answer),
                get("/admin/topics", "A part of the list of topics", Schemas.TOPICS)
                        .query("search", "string", "Only names that contain this, in any case")
                        .query(
                                "sort",
                                "string",
                                "`name` (default), `partitions`, `replication`, `unwell`; with `-`"
                                        + " before it the other way round")
                        .query("offset", "integer", "How many to pass over; 0 by default")
                        .query("limit", "integer", "1 to 1000; 100 by default")
                        .query("internal", "boolean", "With the cluster's own topics")
                        .query("names", "string", "Only these, as in `orders,refunds`")
                        .query("unwell", "boolean", "Only those with partitions that are not well")
                        .servedBy(topics::list),
                get(
                                "/admin/topics/offsets",
                                "What there is in topics, by their offsets",
                                Schemas.OFFSETS)
                        .query("names", "string", "Up to 200, as in `orders,refunds`")
                        .description(
                                "`offset_span` is the sum over partitions of high watermark less"
                                        + " log start: the number of records, where none was"
                                        + " compacted away. Both are null where a leader did not"
                                        + " answer.")
                        .servedBy(topics::offsets),
                get(
                                "/admin/topics/{topic}/partitions",
                                "A topic's partitions with leaders, replicas and offsets",
                                Schemas.PARTITIONS)
                        .description("Offsets are -1 where the leader did not answer.")
                        .servedBy(topics::partitions),
                get(
                                "/admin/brokers/{broker}/log-dirs",
                                "What is on the disks of a broker",
                                Schemas.LOG_DIRS)
                        .servedBy(logDirs::answer),
                get(
                                "/admin/reassignments",
                                "Replicas on the move, with how much of each is copied",
                                Schemas.MOVES)
                        .description(
                                "Up to 200 partitions. `size_bytes` is the leader's log, and of"
                                        + " each copy what is there; null where a node did not"
                                        + " answer.")
                        .servedBy(moves::answer));
    }

    private static Route.Builder get(String path, String summary, String schema) {
        return Route.get(path)
                .tag(TAG)
                .summary(summary)
                .answers(200, "As described", Body.json(schema, ""));
    }
}
