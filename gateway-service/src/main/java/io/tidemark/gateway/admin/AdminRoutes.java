package io.tidemark.gateway.admin;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.group.describe.CommittedOffsets;
import io.tidemark.gateway.group.describe.GroupChanges;
import io.tidemark.gateway.group.describe.GroupQueries;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.control.ControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All administrative routes: v2 at the root, v3 under both of its prefixes. */
public final class AdminRoutes implements RouteGroup {

    private final List<RouteGroup> v2;
    private final List<RouteGroup> v3;

    /**
     * @param requestTimeout until leaders, or the coordinator, have answered
     * @param metadataTimeout until this gateway has seen a change
     */
    public AdminRoutes(
            ClusterView view,
            PartitionClient client,
            ControlPlane controlPlane,
            Access access,
            GroupLink link,
            OffsetLookup lookup,
            Duration requestTimeout,
            Duration metadataTimeout) {
        Cluster cluster = new Cluster(view, controlPlane, access, requestTimeout, metadataTimeout);
        Offsets offsets = new Offsets(client, client.patience(requestTimeout));
        GroupQueries queries = new GroupQueries(link, requestTimeout);
        Groups groups =
                new Groups(
                        queries,
                        new CommittedOffsets(queries, view),
                        new GroupChanges(queries),
                        new GroupOffsets(link),
                        lookup,
                        requestTimeout);
        this.v2 = List.of(new V2Metadata(cluster, offsets), new BridgeTopics(cluster));
        this.v3 =
                List.of(
                        new V3Acls(cluster),
                        new V3AllConfigs(cluster),
                        new V3Clusters(cluster),
                        new V3Configs(cluster),
                        new V3GroupOffsets(cluster, groups, Clock.system()),
                        new V3Groups(cluster, groups),
                        new V3Lags(cluster, groups),
                        new V3Leaders(cluster),
                        new V3Moves(cluster),
                        new V3Nodes(cluster),
                        new V3Partitions(cluster, offsets),
                        new V3Reassignments(cluster),
                        new V3Topics(cluster));
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        v2.forEach(group -> routes.addAll(group.routes()));
        for (RouteGroup group : v3) {
            for (Route route : group.routes()) {
                routes.add(route.under("/v3"));
                routes.add(route.under("/kafka/v3"));
            }
        }
        return routes;
    }
}
