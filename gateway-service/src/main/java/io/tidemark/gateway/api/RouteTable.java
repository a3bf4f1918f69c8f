package io.tidemark.gateway.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All routes, in the order in which their groups came. Immutable. */
public final class RouteTable {

    private final List<Route> routes;

    /**
     * @throws IllegalArgumentException where two routes have the same method and path
     */
    public RouteTable(List<RouteGroup> groups) {
        this.routes = groups.stream().flatMap(group -> group.routes().stream()).toList();
        Set<String> seen = new HashSet<>();
        for (Route route : routes) {
            if (!seen.add(route.method() + " " + route.path())) {
                throw new IllegalArgumentException(
                        "two routes for " + route.method() + " " + route.path());
            }
        }
    }

    public List<Route> routes() {
        return routes;
    }
}
